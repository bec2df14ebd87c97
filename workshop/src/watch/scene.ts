import type { PairResult } from "slimproof";
import { cut, harmless, wrap } from "slimproof";
import type { Exercise } from "../course/exercise.ts";
import { countDone, progressOf, type Status } from "../desk/progress.ts";
import type { State } from "../desk/state.ts";
import type { Sizes } from "../screen/bars.ts";
import { finished } from "../screen/finished.ts";
import { framed, type Body, type Room } from "../screen/frame.ts";
import { lineDiff } from "../screen/line-diff.ts";
import type { Look } from "../screen/look.ts";
import { hintBody, listBody, sizesBody, workingBody } from "../screen/panels.ts";
import { verdictBody, type Verdict } from "../screen/verdict.ts";

/** What watch mode is at. */
export type Phase =
  | {
      readonly kind: "working";
      readonly step: string;
      readonly seconds: number;
      readonly sizes: Sizes;
    }
  | { readonly kind: "verdict"; readonly verdict: Verdict }
  /** It passed before, and nothing has changed since: it is not judged again. */
  | { readonly kind: "kept" }
  /** The judge itself failed, e.g. because the engine is gone. */
  | { readonly kind: "broke"; readonly message: string };

/** What lies over the phase, until a key takes it away. */
export type Panel = "hint" | "list" | "diff" | "sizes" | "reset" | "finished";

/** All that a screen of watch mode is made of. */
export interface Scene {
  readonly course: readonly Exercise[];
  readonly exercise: Exercise;
  readonly state: State;
  readonly statuses: ReadonlyMap<string, Status>;
  /** The files of this exercise, as the learner would name them from where they are. */
  readonly folder: string;
  /** Where its solution lies once it is done, named in the same way. */
  readonly solution: string;
  readonly phase: Phase;
  readonly panel: Panel | null;
  /** The pair that was judged last, for its sizes. */
  readonly pair: PairResult | null;
  readonly sizes: Sizes;
  /** The file to edit as the starter has it, and as it is. */
  readonly edited: { readonly starter: string; readonly own: string };
  /** An answer to the last key, in a line. */
  readonly notice: string | null;
  /** Which page is shown of what there is not room for at once. */
  readonly page: number;
  /** How the learner calls the runner. */
  readonly call: string;
}

/** A screen of watch mode. */
export function sceneLines(scene: Scene, room: Room, look: Look): readonly string[] {
  const { course, exercise, state, folder } = scene;
  const columns = Math.max(20, Math.min(room.columns, 100) - 1);
  const body = scene.panel
    ? panelBody(scene.panel, scene, columns, room.rows, look)
    : phaseBody(scene, columns, look);
  const notice =
    scene.notice === null ? [] : ["", ` ${look.paint("yellow", harmless(scene.notice))}`];
  const frame = {
    number: exercise.number,
    title: exercise.title,
    done: countDone(state, course),
    count: course.length,
    folder,
    file: exercise.edit[0] ?? "",
    keys: keysOf(scene),
    page: scene.page,
  };
  return framed(frame, noted(body, notice), room, look);
}

function noted(body: Body, notice: readonly string[]): Body {
  const { bottom, whole } = body;
  return {
    ...body,
    bottom: [...bottom, ...notice],
    ...(whole ? { whole: [...whole, ...notice] } : {}),
  };
}

function phaseBody({ phase, solution }: Scene, columns: number, look: Look): Body {
  const why = ["", look.paint("dim", cut(` The solution, with reasons: ${solution}`, columns))];
  switch (phase.kind) {
    case "working":
      return workingBody(phase, columns, look);
    case "verdict": {
      const body = verdictBody(phase.verdict, columns, look);
      const isDone = phase.verdict.outcome.kind === "done";
      return isDone ? noted(body, why) : body;
    }
    case "kept":
      return {
        top: ["", ` ${look.paint("green", look.done)} Done, and not changed since it passed.`],
        bottom: why,
      };
    case "broke":
      return {
        top: [
          "",
          ...wrap(phase.message, columns - 4).map((it, at) =>
            look.paint("yellow", ` ${at === 0 ? look.unsure : " "} ${it}`),
          ),
        ],
        bottom: [],
      };
    default:
      return phase satisfies never;
  }
}

function panelBody(
  panel: Panel,
  { course, exercise, state, statuses, folder, pair, sizes, edited, call }: Scene,
  columns: number,
  rows: number,
  look: Look,
): Body {
  switch (panel) {
    case "hint": {
      const { hints, stuck } = progressOf(state, exercise.name);
      return hintBody(exercise.hints.slice(0, hints), stuck, columns, look);
    }
    case "list": {
      const all = course.map((it) => ({
        exercise: it,
        status: statuses.get(it.name) ?? "open",
        isCurrent: it.name === exercise.name,
      }));
      return listBody(all, columns, Math.max(3, rows - 8), look, call);
    }
    case "diff": {
      const lines = lineDiff(edited.starter, edited.own, columns, look);
      return {
        top: lines.length > 0 ? ["", ...lines] : ["", " It is still the starter."],
        bottom: [],
      };
    }
    case "sizes":
      return pair
        ? sizesBody(pair, sizes, columns, look)
        : { top: ["", " Nothing has been measured yet."], bottom: [] };
    case "reset":
      return {
        top: [
          "",
          ...wrap(
            `Put ${folder} back as it was? What you have is kept beside it, as ${exercise.name}.bak.`,
            columns - 4,
          ).map((it) => ` ${it}`),
        ],
        bottom: [],
      };
    case "finished":
      return { top: finished(course, state).map((it) => it && ` ${it}`), bottom: [] };
    default:
      return panel satisfies never;
  }
}

function keysOf({
  panel,
  phase,
  exercise,
  state,
  statuses,
}: Scene): readonly (readonly [string, string])[] {
  if (panel === "reset")
    return [
      ["y", "yes"],
      ["any other key", "no"],
    ];
  const { hints } = progressOf(state, exercise.name);
  const status = statuses.get(exercise.name);
  const isPast = phase.kind !== "working" && (status === "done" || status === "skipped");
  const hasNext = isPast && panel !== "finished";
  const hint = panel === "hint" && hints === 3 ? "" : "hint";
  /** The key that laid a panel over all takes it away. */
  const label = (of: Panel, text: string): string => (panel === of ? "back" : text);
  return [
    ...(panel === "hint" || panel === "finished" ? ([["esc", "back"]] as const) : []),
    ...(hasNext ? ([["n", "next"]] as const) : []),
    ...(exercise.number > 1 ? ([["p", "prev"]] as const) : []),
    ...(hint ? ([["h", hint]] as const) : []),
    ["l", label("list", "list")],
    ["r", "run"],
    ["d", label("diff", "diff")],
    ["s", label("sizes", "sizes")],
    ["x", "reset"],
    ["q", "quit"],
  ];
}
