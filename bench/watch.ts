/**
 * From saving a Dockerfile to the verdict in the workshop's watch mode, against plain `docker build` of the same change in
 * the same run. Each change is new, all layers above it are cached, and some seconds lie between two of them.
 * Usage: node bench/watch.ts [--runs 10] [--write] [EXERCISE…]
 */
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { parseArgs } from "node:util";
import { execa } from "execa";
import { findEngine } from "slimproof";
import type { Exercise } from "../workshop/src/course/exercise.ts";
import { choose, openDesk } from "../workshop/src/desk/desk.ts";
import { makeDesk } from "../workshop/src/desk/make.ts";
import { openJudge } from "../workshop/src/judge/judge.ts";
import { dockerCommand } from "../workshop/src/docker/command.ts";
import { openChecker, type CheckEvent } from "../workshop/src/watch/checker.ts";
import { watchSaves } from "../workshop/src/watch/saves.ts";
import { provenance, write } from "./readme.ts";
import { median, spread, table } from "./table.ts";

/** Static Go, Flask with a server to wait for, and a service with a database. */
const DEFAULT = ["03-go-to-scratch", "02-two-stages-for-flask", "16-capstone"];

/** Milliseconds that an edit takes at least. What gets ready for the next check meanwhile slows down nothing that is measured. */
const EDITING = 5_000;

interface Row {
  readonly exercise: string;
  readonly saved: "solution" | "starter";
  readonly build: number[];
  /** To what is shown first: the verdict, or what a first run found. */
  readonly shown: number[];
  readonly verdict: number[];
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { runs: { type: "string", default: "10" }, write: { type: "boolean" } },
});
const runs = Number(values.runs);
const engine = await findEngine();
if (!engine) throw new Error("no Docker engine answers: run `make engine`");
const docker = await dockerCommand();
const root = await mkdtemp(join(tmpdir(), "bench-watch-"));
await makeDesk(join(root, "desk"), { learner: "bench", course: null });
const desk = await openDesk(join(root, "desk"));
const rows: Row[] = [];
try {
  for (const name of positionals.length > 0 ? positionals : DEFAULT) {
    const exercise = choose(desk.course, name);
    const mine = join(desk.folder, "exercises", exercise.name);
    const [started, solved] = [row(exercise, "starter"), row(exercise, "solution")];
    const starter = await readFile(join(mine, "Dockerfile"), "utf8");
    const solution = await readFile(join(exercise.solution, "Dockerfile"), "utf8");
    await using saves = await savesOf(exercise);
    for (let run = 0; run <= runs; run++) {
      for (const [into, text] of [
        [started, starter],
        [solved, solution],
      ] as const) {
        // A label is no fact, and makes every change a new one; the first of all builds and drives what is kept later.
        const changed = `${text.trimEnd()}\nLABEL change="${Date.now()}"\n`;
        const seconds = await saves.save(changed);
        await delay(EDITING);
        const plain = await buildSeconds(exercise, changed.replace("change=", "plain="));
        if (run === 0) continue;
        into.shown.push(seconds.shown);
        into.verdict.push(seconds.verdict);
        into.build.push(plain);
      }
    }
    rows.push(started, solved);
  }
} finally {
  await execa(docker.file, ["image", "rm", "--force", "bench-watch"], {
    env: docker.env,
    reject: false,
  });
  await rm(root, { recursive: true, force: true });
}

const columns = [
  { name: "exercise" },
  { name: "what was saved" },
  ...["docker build s", "shown s", "verdict s", "shown / build", "shown - build s"].map((name) => ({
    name,
    numeric: true as const,
  })),
];
const text = [
  table(
    columns,
    rows.map(({ exercise, saved, build, shown, verdict }) => [
      exercise,
      saved,
      spread(build),
      spread(shown),
      spread(verdict),
      median(shown.map((it, at) => it / (build[at] ?? Number.NaN))).toFixed(1),
      median(shown.map((it, at) => it - (build[at] ?? Number.NaN))).toFixed(2),
    ]),
  ),
  `Medians of ${runs} changes each, least and most in brackets.`,
].join("\n\n");
console.log(text);
if (values.write)
  await write("watch", `${text}\n\n${provenance(`bench/watch.ts --runs ${runs}`, engine, [])}`);

function row(exercise: Exercise, saved: Row["saved"]): Row {
  return { exercise: exercise.name, saved, build: [], shown: [], verdict: [] };
}

interface Saves extends AsyncDisposable {
  /** Saves a Dockerfile, and tells the seconds until something was shown, and until the verdict was. */
  save(text: string): Promise<{ readonly shown: number; readonly verdict: number }>;
}

async function savesOf(exercise: Exercise): Promise<Saves> {
  const mine = join(desk.folder, "exercises", exercise.name);
  let told: (event: CheckEvent) => void = () => {};
  const checker = openChecker(openJudge, (event) => told(event));
  const watcher = await watchSaves(desk, (saved) => {
    if (saved.kind === "saved" && saved.exercise === exercise.name) checker.start(exercise, mine);
  });
  return {
    async save(text) {
      const began = performance.now();
      const passed = (): number => (performance.now() - began) / 1000;
      let shown: number | null = null;
      const verdict = new Promise<number>((resolve, reject) => {
        told = (event) => {
          if (event.kind === "likely") shown ??= passed();
          if (event.kind === "verdict") resolve(passed());
          if (event.kind === "broke") reject(event.error);
        };
      });
      await writeFile(join(mine, "Dockerfile"), text);
      const end = await verdict;
      return { shown: shown ?? end, verdict: end };
    },
    async [Symbol.asyncDispose]() {
      await watcher[Symbol.asyncDispose]();
      await checker[Symbol.asyncDispose]();
    },
  };
}

async function buildSeconds(exercise: Exercise, text: string): Promise<number> {
  const copy = await mkdtemp(join(root, "plain-"));
  await cp(join(desk.folder, "exercises", exercise.name), copy, { recursive: true });
  await writeFile(join(copy, "Dockerfile"), text);
  const began = performance.now();
  await execa(docker.file, ["build", "--quiet", "--tag", "bench-watch", "."], {
    cwd: copy,
    env: docker.env,
  });
  return (performance.now() - began) / 1000;
}
