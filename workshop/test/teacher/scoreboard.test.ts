import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, onTestFinished, test } from "vitest";
import { newState, UNTOUCHED, writeState, type Progress } from "../../src/desk/state.ts";
import {
  readScoreboard,
  scoreboardExit,
  scoreboardJson,
  scoreboardText,
} from "../../src/teacher/scoreboard.ts";

let root = "";
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "slimproof-workshop-test-"));
  const made = root;
  onTestFinished(() => rm(made, { recursive: true, force: true }));
});

/** A desk's folder with a state that the runner's own code wrote. */
async function desk(
  name: string,
  learner: string,
  exercises: Readonly<Record<string, Partial<Progress>>>,
): Promise<string> {
  const folder = join(root, name);
  await mkdir(folder);
  const records = Object.entries(exercises).map(([it, progress]) => [
    it,
    { ...UNTOUCHED, ...progress },
  ]);
  await writeState(folder, {
    ...newState(learner, null),
    exercises: Object.fromEntries(records) as Record<string, Progress>,
  });
  return folder;
}

const at = (minute: number): string => new Date(Date.UTC(2026, 0, 1, 9, minute)).toISOString();

test("progress files are merged, the most done first, of equals who was there first", async () => {
  const board = await readScoreboard([
    await desk("one", "Ada", { "01-a": { done: at(9), seconds: 540, hints: 1, attempts: 3 } }),
    await desk("two", "Bo", {
      "01-a": { done: at(5), seconds: 300, attempts: 1 },
      "02-b": { hints: 3, attempts: 4, peeked: true },
    }),
    await desk("three", "Ada", {
      "01-a": { done: at(20), seconds: 60 },
      "02-b": { done: at(30), seconds: 3600, attempts: 2 },
    }),
    await desk("four", "Cy", {}),
  ]);
  expect(scoreboardText(board, 16)).toBe(
    [
      "learner  done  time      tries  hints  solutions seen",
      "Ada      2/16  1 h 09 min  5      1      0",
      "Bo       1/16  5 min       5      3      1",
      "Cy       0/16  0 min       0      0      0",
    ]
      .join("\n")
      .replace("time      tries", "time        tries"),
  );
  expect(scoreboardExit(board)).toBe(0);
  expect(JSON.parse(scoreboardJson(board))).toMatchObject({
    schema: 1,
    scores: [{ learner: "Ada", done: ["01-a", "02-b"], seconds: 4140 }, {}, {}],
    damaged: [],
  });
});

test("damaged files are named, left out and end with 2", async () => {
  const good = await desk("one", "Ada", { "01-a": { done: at(9), seconds: 540 } });
  const broken = join(root, "broken.json");
  await writeFile(broken, "{");
  const odd = join(root, "odd.json");
  await writeFile(odd, '{"version":1,"learner":"X","exercises":{"01-a":{"done":5}}}');
  const board = await readScoreboard([good, broken, odd, join(root, "gone.json")]);
  expect(board.scores.map(({ learner }) => learner)).toEqual(["Ada"]);
  expect(board.damaged.map(({ file }) => file)).toEqual([broken, odd, join(root, "gone.json")]);
  expect(scoreboardText(board, 2)).toContain(`${broken}: left out: no JSON`);
  expect(scoreboardExit(board)).toBe(2);
});

test("a name that would move the cursor is shown as text", async () => {
  const board = await readScoreboard([await desk("one", "A\u001b[2Jda", {})]);
  expect(scoreboardText(board, 1)).toContain(String.raw`A\e[2Jda`);
});

test("a file of a newer workshop is not called damaged", async () => {
  const later = join(root, "later.json");
  await writeFile(later, JSON.stringify({ version: 2, learner: "ada", exercises: {} }));
  const board = await readScoreboard([later]);
  expect(scoreboardText(board, 2)).toBe(
    `${later}: left out: written by a newer workshop (format 2, this one reads 1): merge with that one`,
  );
  expect(scoreboardExit(board)).toBe(2);
});
