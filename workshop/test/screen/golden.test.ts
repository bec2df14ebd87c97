/**
 * Golden screens of 80 by 24 in golden/, to be read in a review: what a learner meets, on a terminal with colours (left
 * out here) and, in `*.plain.txt`, on one without. `vitest -u` writes them anew; look at each before it is committed.
 */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { widthOf } from "slimproof";
import { describe, expect, test } from "vitest";
import { loadCourse } from "../../src/course/load.ts";
import type { Status } from "../../src/desk/progress.ts";
import { UNTOUCHED } from "../../src/desk/state.ts";
import { lookOf } from "../../src/screen/look.ts";
import { sceneLines, type Scene } from "../../src/watch/scene.ts";
import {
  ALL_DONE,
  BEGUN,
  BODY,
  BROKEN_STEP,
  course,
  DONE,
  HEAVY,
  judgedAs,
  LARGE,
  LIGHT,
  loader,
  LOADER,
  measured,
  SMALL,
  stateAt,
  STARTER,
  UNBUILT,
  UNCACHED,
  verdictOf,
} from "./scenes.ts";

const ROOM = { columns: 80, rows: 24 };
const stuck = judgedAs(LOADER, LIGHT);
const { hint } = verdictOf(stuck);
const done: ReadonlyMap<string, Status> = new Map([...BEGUN.statuses, [loader.name, "done"]]);
const first = course[0] ?? loader;
const last = course.at(-1) ?? loader;
const EDITED = STARTER.replace("RUN go build", "RUN CGO_ENABLED=0 go build").replace(
  "EXPOSE 8080\n",
  "EXPOSE 8080\nUSER 65532\n",
);

const withHints = (hints: number): Scene => ({
  ...stuck,
  panel: "hint",
  state: stateAt({ hints, stuck: hint, attempts: 1 }),
});

const SCENES: Readonly<Record<string, Scene>> = {
  "first-of-all": {
    ...BEGUN,
    exercise: first,
    folder: `my-workshop/exercises/${first.name}`,
    state: { ...ALL_DONE, exercises: {} },
    statuses: new Map(),
  },
  building: {
    ...stuck,
    phase: {
      kind: "working",
      step: "yours: stage builder: RUN --mount=… go build -o slugs .",
      seconds: 3.2,
      sizes: stuck.sizes,
    },
  },
  "starter-differs": stuck,
  "starter-likely": {
    ...stuck,
    phase: { kind: "verdict", verdict: { ...verdictOf(stuck), isLikely: true } },
  },
  "answers-differ": judgedAs(BODY, LIGHT),
  "claims-fail": judgedAs(HEAVY, LARGE),
  "check-fails": judgedAs(UNCACHED, SMALL),
  "no-dockerfile-syntax": judgedAs(UNBUILT, null),
  "build-failed": judgedAs(BROKEN_STEP, null),
  "build-failed-more": { ...judgedAs(BROKEN_STEP, null), page: 1 },
  "empty-dockerfile": judgedAs({ kind: "empty", file: "Dockerfile" }, null),
  "hint-1": withHints(1),
  "hint-2": withHints(2),
  "hint-3": withHints(3),
  list: { ...stuck, panel: "list" },
  "list-at-the-beginning": { ...stuck, panel: "list", statuses: new Map() },
  diff: { ...stuck, panel: "diff", edited: { starter: STARTER, own: EDITED } },
  "diff-of-nothing": { ...stuck, panel: "diff", edited: { starter: STARTER, own: STARTER } },
  sizes: { ...judgedAs(DONE, SMALL), panel: "sizes", pair: measured(SMALL), statuses: done },
  "reset-asks": { ...stuck, panel: "reset" },
  passed: { ...judgedAs(DONE, SMALL), statuses: done },
  "next-too-early": {
    ...stuck,
    notice: "not done yet: `skip` in another terminal leaves it for later",
  },
  "passed-before": { ...BEGUN, phase: { kind: "kept" }, statuses: done },
  "no-engine": {
    ...BEGUN,
    phase: {
      kind: "broke",
      message:
        "no Docker engine answers at unix:///var/run/docker.sock: start Docker, or set DOCKER_HOST (r tries again)",
    },
  },
  "all-done": {
    ...BEGUN,
    exercise: last,
    folder: `my-workshop/exercises/${last.name}`,
    state: ALL_DONE,
    statuses: new Map(course.map(({ name }) => [name, "done"])),
    phase: { kind: "kept" },
    panel: "finished",
  },
};

/** Those in which marks, bars and rules occur. */
const PLAIN = ["building", "starter-differs", "list", "passed"];

function drawn(scene: Scene, isPainted: boolean): readonly string[] {
  return sceneLines(scene, ROOM, lookOf(isPainted));
}

describe.each(Object.entries(SCENES))("%s", (name, scene) => {
  test("reads as its golden", async () => {
    const text = drawn(scene, true).map(stripVTControlCharacters).join("\n");
    await expect(`${text}\n`).toMatchFileSnapshot(`golden/${name}.txt`);
  });

  test.each([true, false])("fits, painted %s, with no blank at an end", (isPainted) => {
    const lines = drawn(scene, isPainted).map(stripVTControlCharacters);
    expect(lines.length).toBeLessThan(ROOM.rows);
    for (const line of lines) {
      expect(widthOf(line)).toBeLessThan(ROOM.columns);
      expect(line).toBe(line.trimEnd());
    }
  });

  test("what can be pressed is told on one line, and ends with how to leave", () => {
    const keys = drawn(scene, false).at(-1);
    expect(keys).toMatch(scene.panel === "reset" ? /^y yes/ : / {2}q quit$/);
    expect(drawn(scene, false).at(-2)).toMatch(/^-+$/);
  });
});

test.each(PLAIN)("%s reads as its plain golden", async (name) => {
  const text = drawn(SCENES[name] ?? BEGUN, false).join("\n");
  await expect(`${text}\n`).toMatchFileSnapshot(`golden/${name}.plain.txt`);
});

test("every golden has its scene", async () => {
  const files = await readdir(join(import.meta.dirname, "golden"));
  const names = Object.keys(SCENES).flatMap((it) =>
    PLAIN.includes(it) ? [`${it}.txt`, `${it}.plain.txt`] : [`${it}.txt`],
  );
  expect(files.toSorted()).toEqual(names.toSorted());
});

test("a hint that was asked for just now is on the screen, whatever the exercise", async () => {
  const real = await loadCourse();
  const long = "what the judge found and what to make of it ".repeat(20);
  for (const exercise of real)
    for (const hints of [1, 2, 3]) {
      const progress = { ...UNTOUCHED, hints, stuck: long };
      const state = { ...BEGUN.state, exercises: { [exercise.name]: progress } };
      const lines = drawn({ ...BEGUN, course: real, exercise, state, panel: "hint" }, false);
      const end = exercise.hints[hints - 1]?.trim().split(/\s+/).at(-1);
      expect(lines.length).toBeLessThan(ROOM.rows);
      expect(lines.join("\n"), exercise.name).toContain(` ${hints}/3 `);
      expect(lines.join("\n"), exercise.name).toContain(end);
    }
});
