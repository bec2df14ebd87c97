import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { loadCourse } from "../../src/course/load.ts";
import { listingFaults, solutionFaults } from "../../src/prove/listing.ts";
import { formFaults, readmeFaults } from "../../src/prove/readme.ts";

const GOOD = "# 1. Weigh\n\nAn idea.\n\n## Goal\n\n## Measure\n";

test.each([
  [GOOD, []],
  [`${GOOD}\n\`\`\`sh\n${"word ".repeat(400)}\n\`\`\`\n`, []],
  [GOOD.replace("1.", "2."), ['the first line is not "# 1. Weigh"']],
  [GOOD.replace("## Goal", "## Aim"), ["no heading ## Goal"]],
  [`${GOOD}${"word ".repeat(300)}`, ["306 words; fewer than 300 are read"]],
])("a README's form: %#", (text, faults) => {
  expect(formFaults(text, { number: 1, title: "Weigh" })).toEqual(faults);
});

async function courseIn(files: Readonly<Record<string, string>>): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), "slimproof-workshop-test-"));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  for (const [path, text] of Object.entries(files)) {
    await mkdir(join(root, path, ".."), { recursive: true });
    await writeFile(join(root, path), text);
  }
  return root;
}

const EXERCISE = `title: Weigh
idea: i
minutes: 1
starter: { claim: size }
hints: [a, b, c]
`;

test("links lead to files that are there; those to the web are left alone", async () => {
  const root = await courseIn({
    "exercises/01-a/exercise.yaml": EXERCISE,
    "exercises/01-a/Dockerfile": "FROM scratch\n",
    "exercises/01-a/README.md": `${GOOD}[a](Dockerfile) [b](Gone#x) [c](https://docs.docker.com/) [d](ftp:x)\n`,
  });
  const [exercise] = await loadCourse(join(root, "exercises"));
  if (!exercise) throw new Error("the course has one");
  expect((await readmeFaults(exercise)).map(({ message }) => message)).toEqual([
    "the link Gone#x leads nowhere",
    "the link ftp:x is neither a file nor https",
  ]);
});

test("nothing is unlisted: a gap, a solution too many or too few, an exercise that the front page lacks", async () => {
  const root = await courseIn({
    "README.md": "[1](exercises/01-a/README.md)",
    "exercises/01-a/exercise.yaml": EXERCISE,
    "exercises/01-a/Dockerfile": "FROM scratch\n",
    "exercises/03-c/exercise.yaml": EXERCISE,
    "exercises/03-c/Dockerfile": "FROM scratch\n",
    "solutions/01-a/Dockerfile": "FROM scratch\n",
    "solutions/01-a/notes.txt": "",
    "solutions/02-b/Dockerfile": "FROM scratch\n",
  });
  const course = await loadCourse(join(root, "exercises"));
  const faults = await listingFaults(join(root, "exercises"), course);
  expect(faults.map(({ message }) => message)).toEqual([
    "03-c is the exercise of number 2: no gap, no number twice",
    "solutions/03-c is missing",
    "solutions/02-b solves no exercise",
    "README.md does not link to exercises/03-c",
  ]);
  const [first, second] = course;
  if (!first || !second) throw new Error("the course has two");
  expect((await solutionFaults(first)).map(({ message }) => message)).toEqual([
    "the solution's notes.txt is not among the edited files",
  ]);
  expect((await solutionFaults(second)).map(({ message }) => message)).toEqual([
    "the solution lacks Dockerfile",
  ]);
});
