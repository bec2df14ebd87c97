import {
  mkdir,
  mkdtemp,
  readFile,
  readdir,
  readlink,
  rm,
  stat,
  symlink,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { choose, findDesk, openDesk, statuses } from "../../src/desk/desk.ts";
import { fingerprint, resetExercise } from "../../src/desk/files.ts";
import { makeDesk } from "../../src/desk/make.ts";
import { COURSE } from "../../src/course/load.ts";
import { changed, judged, progressOf } from "../../src/desk/progress.ts";
import { newState, STATE_FILE, writeState } from "../../src/desk/state.ts";

let folder: string;
let desk: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "desk-"));
  desk = join(folder, "mine");
  await makeDesk(desk, { learner: "ada", course: null });
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

test("a desk has every exercise without its hints, and is found from below", async () => {
  const { course, place } = await openDesk(desk);
  expect(course.length).toBeGreaterThan(0);
  for (const exercise of course) {
    const names = await readdir(place(exercise));
    expect(names).toContain("parity.yaml");
    expect(names).not.toContain("exercise.yaml");
  }
  expect(await findDesk(join(desk, "exercises"))).toBe(desk);
  expect(await findDesk(folder)).toBeNull();
  expect(await readdir(folder)).toEqual(["mine"]);
});

test("nothing is made over what is there", async () => {
  const options = { learner: "ada", course: null };
  await expect(makeDesk(desk, options)).rejects.toThrow(/is a desk already/);
  const other = join(folder, "other");
  await mkdir(other);
  await writeFile(join(other, "note"), "");
  await expect(makeDesk(other, options)).rejects.toThrow(/is not empty/);
  expect(await readdir(other)).toEqual(["note"]);
});

test("a desk whose progress file is gone becomes one again, with the work that is in it", async () => {
  await rm(join(desk, STATE_FILE));
  const file = join(desk, "exercises", "01-weigh-an-image", "Dockerfile");
  await writeFile(file, "FROM mine\n");
  expect(await findDesk(desk)).toBeNull();
  expect(await makeDesk(desk, { learner: "grace", course: null })).toBe("found");
  expect(await readFile(file, "utf8")).toBe("FROM mine\n");
  const { state } = await openDesk(desk);
  expect(await state()).toMatchObject({ learner: "grace", exercises: {} });
});

test("an exercise is named by its number, its name or a part of it", async () => {
  const { course } = await openDesk(desk);
  const [first] = course;
  expect(choose(course, "1")).toBe(first);
  expect(choose(course, first?.name ?? "")).toBe(first);
  expect(() => choose(course, "no such")).toThrow(/no exercise is called "no such"/);
  expect(() => choose(course, "0")).toThrow(/fits .*write more/);
});

test.each(["", "{", '{"version":1}', "null"])("a damaged state %j is kept", async (text) => {
  await writeFile(join(desk, STATE_FILE), text);
  const opened = await openDesk(desk);
  expect(opened.damaged).toMatch(/was damaged .* kept as .*\.bak/);
  expect(await readFile(join(desk, `${STATE_FILE}.bak`), "utf8")).toBe(text);
  expect((await openDesk(desk)).damaged).toBeNull();
});

test("a state of a later version is left alone", async () => {
  const text = '{"version":2,"learner":"ada","exercises":{}}';
  await writeFile(join(desk, STATE_FILE), text);
  await expect(openDesk(desk)).rejects.toThrow(/written by a newer workshop/);
  expect(await readFile(join(desk, STATE_FILE), "utf8")).toBe(text);
  expect((await readdir(desk)).filter((it) => it.startsWith(STATE_FILE))).toEqual([STATE_FILE]);
});

/** A state of two exercises, one of them done, as the runner writes it. */
async function written(course: string | null): Promise<string> {
  const done = judged(newState("grace", course), "01-weigh-an-image", PASSING, new Date());
  await writeState(
    desk,
    changed(done, "03-go-to-scratch", () => ({ hints: 2 })),
  );
  return await readFile(join(desk, STATE_FILE), "utf8");
}

const PASSING = { isDone: true, fingerprint: "mine", starter: "other", stuck: null };

test("what can be understood of a damaged state goes on", async () => {
  const text = (await written(COURSE)).replace('"hints": 2', '"hints": "two"');
  await writeFile(join(desk, STATE_FILE), text);
  const opened = await openDesk(desk);
  expect(opened.damaged).toMatch(
    /exercises\.03-go-to-scratch\.hints.* kept as .*\.bak, and what could be read of it goes on \(1 done\)/,
  );
  const state = await opened.state();
  expect(state).toMatchObject({ learner: "grace", course: COURSE });
  expect(Object.keys(state.exercises)).toEqual(["01-weigh-an-image"]);
  expect(await readFile(join(desk, `${STATE_FILE}.bak`), "utf8")).toBe(text);
});

test("a state that ends too early still tells whose it is, and which course", async () => {
  const text = await written(COURSE);
  await writeFile(join(desk, STATE_FILE), text.slice(0, text.indexOf('"exercises"') + 20));
  const opened = await openDesk(desk);
  expect(opened.damaged).toMatch(/no JSON.*the progress begins anew/);
  expect(await opened.state()).toMatchObject({ learner: "grace", course: COURSE, exercises: {} });
});

test("updates at the same time are all kept, and nothing is left beside the file", async () => {
  const { course, update, state } = await openDesk(desk);
  const name = course[0]?.name ?? "";
  const add = (): Promise<unknown> =>
    update((it) => changed(it, name, ({ attempts }) => ({ attempts: attempts + 1 })));
  await Promise.all(Array.from({ length: 20 }, add));
  expect(progressOf(await state(), name).attempts).toBe(20);
  expect((await readdir(desk)).filter((it) => it.startsWith(STATE_FILE))).toEqual([STATE_FILE]);
});

test("a reset brings the starter back and keeps what was there, twice", async () => {
  const opened = await openDesk(desk);
  const [exercise] = opened.course;
  if (!exercise) throw new Error("no exercise");
  const place = opened.place(exercise);
  expect(await resetExercise(exercise, place)).toBeNull(); // nothing was changed, so nothing is kept
  for (const text of ["one", "two"]) {
    await writeFile(join(place, "Dockerfile"), text);
    const kept = await resetExercise(exercise, place);
    expect(await readFile(join(kept ?? "", "Dockerfile"), "utf8")).toBe(text);
    expect(await fingerprint(exercise, place)).toBe(await fingerprint(exercise, exercise.folder));
  }
  expect((await statuses(opened, await opened.state())).get(exercise.name)).toBe("open");
});

test("a reset leaves the folder where it is, for whoever stands in it", async () => {
  const opened = await openDesk(desk);
  const exercise = choose(opened.course, "1");
  const place = opened.place(exercise);
  const { ino } = await stat(place);
  await writeFile(join(place, "Dockerfile"), "FROM mine\n");
  await mkdir(join(place, "notes"));
  await symlink("Dockerfile", join(place, "notes", "link"));
  const kept = await resetExercise(exercise, place);
  expect((await stat(place)).ino).toBe(ino);
  expect(await readdir(place)).toEqual(await readdir(exercise.folder).then(withoutHints));
  expect(await readlink(join(kept ?? "", "notes", "link"))).toBe("Dockerfile");
  await rm(place, { recursive: true });
  await writeFile(place, "a file in its place");
  expect(await readFile((await resetExercise(exercise, place)) ?? "", "utf8")).toMatch(/^a file/);
  expect((await stat(place)).isDirectory()).toBe(true);
  expect((await readdir(join(desk, "exercises"))).filter((it) => it.endsWith(".tmp"))).toEqual([]);
});

function withoutHints(names: readonly string[]): readonly string[] {
  return names.filter((it) => it !== "exercise.yaml");
}

test("a reset keeps files that were added or taken away as well", async () => {
  const opened = await openDesk(desk);
  const exercise = choose(opened.course, "1");
  const place = opened.place(exercise);
  await writeFile(join(place, "notes.txt"), "mine");
  expect(await readdir((await resetExercise(exercise, place)) ?? "")).toContain("notes.txt");
  await rm(join(place, "parity.yaml"));
  expect(await readdir((await resetExercise(exercise, place)) ?? "")).not.toContain("parity.yaml");
  expect(await readdir(place)).toContain("parity.yaml");
});
