/** Hints of the course's own states, where a failed step could be taken for another. */
import { join } from "node:path";
import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { parseExercise } from "../../src/course/load.ts";
import { hintFor } from "../../src/judge/hint.ts";

const COURSE = join(import.meta.dirname, "../../exercises");

async function told(name: string, message: string, detail: readonly string[]): Promise<string> {
  const file = join(COURSE, name, "exercise.yaml");
  const exercise = parseExercise(await readFile(file, "utf8"), file);
  return hintFor(exercise, { kind: "unbuilt", message, detail }) ?? "";
}

const STEP =
  "Dockerfile: build failed in stage 0, RUN python fetch_readings.py readings.csv && python summarise.py readings.csv: exit code 1";

test.each([
  [
    "an argument that is missing is no file that is missing",
    ['  File "/app/summarise.py", line 30, in <module>', "IndexError: list index out of range"],
    /^summarise\.py takes two arguments/,
  ],
  [
    "a file that Python does not find",
    ["FileNotFoundError: [Errno 2] No such file or directory: 'readings.csv'"],
    /^The step needs readings\.csv/,
  ],
  [
    "a file that rm does not find",
    ["rm: cannot remove 'readings.csv': No such file or directory"],
    /^The step needs readings\.csv/,
  ],
])("weigh an image: %s", async (_, detail, hint) => {
  expect(await told("01-weigh-an-image", STEP, detail)).toMatch(hint);
});

test("name stages: a compiler's error is no wrong name of a stage", async () => {
  const message =
    "Dockerfile: build failed in stage find-build, RUN go build -o find .: exit code 1";
  expect(await told("04-name-stages", message, ["find.go:3: undefined: x"])).not.toMatch(
    /letter by/,
  );
  expect(await told("04-name-stages", "Dockerfile: no stage is called bild", [])).toMatch(
    /letter by/,
  );
});

test("no shell: a HEALTHCHECK without CMD is told what it lacks", async () => {
  const message =
    'Dockerfile: build failed: dockerfile parse error on line 14: Unknown type "[\\"/APP/GREETER\\"," in HEALTHCHECK (try CMD)';
  expect(await told("11-no-shell", message, [])).toMatch(/^HEALTHCHECK wants the word CMD/);
});
