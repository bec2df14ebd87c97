import { bytes, cut, harmless, padded, percent, widthOf, wrap, type PairResult } from "slimproof";
import type { Exercise } from "../course/exercise.ts";
import type { Status } from "../desk/progress.ts";
import { sizeLine, type Sizes } from "./bars.ts";
import type { Body } from "./frame.ts";
import type { Look } from "./look.ts";
import { hintLines } from "./advice.ts";

/** A check under way. */
export interface Working {
  readonly step: string;
  readonly seconds: number;
  readonly sizes: Sizes;
}

export function workingBody({ step, seconds, sizes }: Working, columns: number, look: Look): Body {
  const turning = look.turning[Math.floor(seconds * 8) % look.turning.length] ?? "";
  const time = `${seconds.toFixed(0)} s`;
  const what = cut(harmless(step), columns - widthOf(time) - 8);
  const size = sizeLine(sizes, look);
  return {
    top: ["", ` ${look.paint("cyan", turning)} ${what}  ${look.paint("dim", time)}`],
    bottom: size ? ["", ` ${size}`] : [],
  };
}

/** The hints that were shown so far; `state` is what the last verdict asks for. */
export function hintBody(
  hints: readonly string[],
  state: string | null,
  columns: number,
  look: Look,
): Body {
  const staged = hints.flatMap((hint, at) => {
    const label = `${at + 1}/3`;
    const lines = wrap(hint, columns - 8);
    return ["", ...lines.map((line, nth) => ` ${padded(nth === 0 ? label : "", 4)} ${line}`)];
  });
  const now = state === null ? [] : ["", ...hintLines(state, columns, look)];
  return { top: [], latest: staged, bottom: now };
}

export interface Listed {
  readonly exercise: Pick<Exercise, "number" | "name" | "title" | "idea">;
  readonly status: Status;
  readonly isCurrent: boolean;
}

/**
 * A line an exercise; where there is not room for all, those around the current one. Ideas stand beside the titles where
 * all of them fit, else that of the current one alone stands below. `call` is how the learner calls the runner.
 */
export function listBody(
  all: readonly Listed[],
  columns: number,
  rows: number,
  look: Look,
  call: string,
): Body {
  const at = Math.max(
    0,
    all.findIndex((it) => it.isCurrent),
  );
  const from = Math.max(0, Math.min(all.length - rows, at - Math.floor(rows / 2)));
  const shown = all.slice(from, from + rows);
  const widest = Math.max(...all.map(({ exercise }) => widthOf(exercise.title)));
  const isWide = all.every(({ exercise }) => widest + 10 + widthOf(exercise.idea) <= columns);
  const top = shown.map(({ exercise, status, isCurrent }) => {
    const { mark, format } = marks(look)[status];
    const here = isCurrent ? look.here : " ";
    const line = `${String(exercise.number).padStart(2, "0")} ${exercise.title}`;
    const name = isCurrent ? look.paint("bold", line) : line;
    const gap = " ".repeat(widest - widthOf(exercise.title) + 2);
    const idea = isWide ? gap + look.paint("dim", exercise.idea) : "";
    return ` ${here} ${look.paint(format, mark)} ${name}${idea}`;
  });
  const here = isWide ? "where you are" : (all.find((it) => it.isCurrent)?.exercise.idea ?? "");
  const open = `open one: \`${call} watch 7\``;
  const bottom = [`${look.here} ${here}`, [...legend(all, look), open].join("  ")];
  return { top, bottom: bottom.map((it) => look.paint("dim", ` ${it}`)) };
}

function marks(
  look: Look,
): Readonly<Record<Status, { mark: string; format: "green" | "yellow" | "dim" }>> {
  return {
    done: { mark: look.done, format: "green" },
    changed: { mark: "~", format: "yellow" },
    skipped: { mark: look.skipped, format: "yellow" },
    open: { mark: " ", format: "dim" },
  };
}

/** What the marks of the list say, as far as they occur. */
function legend(all: readonly Listed[], look: Look): readonly string[] {
  const says: Readonly<Record<Status, string>> = {
    done: "done",
    changed: "changed",
    skipped: "skipped",
    open: "",
  };
  const occurring = new Set(all.map((it) => it.status));
  return (["done", "changed", "skipped"] as const)
    .filter((status) => occurring.has(status))
    .map((status) => `${marks(look)[status].mark} ${says[status]}`);
}

type Measured = NonNullable<PairResult["images"]["candidate"]>;

/** What bytes are there for, with those of the twin and of the learner's image: what most of the twin's are for first. */
function purposes(twin: Measured, own: Measured): readonly (readonly [string, number, number])[] {
  const names = new Set([twin, own].flatMap((it) => it.anatomy.causes.map(({ cause }) => cause)));
  const of = ({ anatomy }: Measured, name: string): number =>
    anatomy.causes.find(({ cause }) => cause === name)?.bytes ?? 0;
  const rows = [...names].map((name) => [name, of(twin, name), of(own, name)] as const);
  const waste = ["hidden by later layers", hidden(twin), hidden(own)] as const;
  const [, before, now] = waste;
  return (before + now === 0 ? rows : [...rows, waste]).toSorted(([, a], [, b]) => b - a);
}

/** Bytes of layers that no file of the image has: later layers replaced or removed what they belong to. */
function hidden({ size, anatomy }: Measured): number {
  const seen = anatomy.causes.reduce((sum, it) => sum + it.bytes, 0);
  return Math.max(0, size.unpacked - seen);
}

/** What the bytes of both images are there for, and the layers of the learner's. */
export function sizesBody({ images }: PairResult, sizes: Sizes, columns: number, look: Look): Body {
  const { baseline, candidate } = images;
  if (!baseline || !candidate)
    return {
      top: ["", " Not both images could be built: there is nothing to compare."],
      bottom: [],
    };
  const cells = (name: string, twin: string, own: string, share = ""): string =>
    ` ${padded(name, 24)}${twin.padStart(11)}${own.padStart(11)}${share && share.padStart(9)}`;
  const share = (own: number, twin: number): string => (twin === 0 ? "" : percent(own / twin));
  const weighed = (name: string, twin: number, own: number): string =>
    cells(name, bytes(twin), bytes(own), share(own, twin));
  return {
    top: [
      "",
      look.paint("dim", cells("", "the twin", "yours")),
      weighed("size", baseline.size.unpacked, candidate.size.unpacked),
      weighed("to transfer", baseline.size.transfer, candidate.size.transfer),
      cells(
        "packages",
        String(baseline.anatomy.packages.length),
        String(candidate.anatomy.packages.length),
      ),
      cells("layers", String(baseline.size.layers.length), String(candidate.size.layers.length)),
      "",
      look.paint("dim", cut(" what the bytes are there for", columns)),
      ...purposes(baseline, candidate).map((it) => weighed(...it)),
    ],
    bottom: ["", ` ${sizeLine(sizes, look)}`],
  };
}
