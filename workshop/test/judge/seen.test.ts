/** What a look at the learner's folder puts before what the states of an exercise say. */
import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { exerciseSchema } from "../../src/course/exercise.ts";
import { lookAt } from "../../src/judge/advice/folder.ts";
import { withSeen } from "../../src/judge/advice/seen.ts";
import { hintFor } from "../../src/judge/hint.ts";
import type { Outcome } from "../../src/judge/outcome.ts";
import { LOADER } from "./outcomes.ts";

const written = exerciseSchema.parse({
  title: "t",
  idea: "i",
  minutes: 1,
  starter: { cause: "missing-loader" },
  hints: ["a", "b", "c"],
  states: [{ when: { cause: "missing-loader" }, say: "Build without cgo. {mend}" }],
});
const BUILD: Outcome = {
  kind: "unbuilt",
  message: 'Dockerfile: build failed, COPY app .: "/app": not found',
  detail: [],
};

let root: string;
let course: string;
let mine: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "seen-"));
  [course, mine] = [join(root, "course"), join(root, "mine")];
  await mkdir(join(course, "templates"), { recursive: true });
  await Promise.all(
    Object.entries({
      Dockerfile: "FROM golang AS builder\nRUN go build -o app .\nFROM scratch\nCOPY app .\n",
      "README.md": "# 1. t\n",
      "exercise.yaml": "title: t\n",
      "app.py": 'PRICES = {\n    "soup": 450,\n}\n',
      "templates/menu.html": "<ul>\n",
    }).map(([file, text]) => writeFile(join(course, file), text)),
  );
  await cp(course, mine, { recursive: true });
  await rm(join(mine, "exercise.yaml"));
});

afterEach(async () => {
  await rm(root, { recursive: true, force: true });
});

async function hint(outcome: Outcome): Promise<string | null> {
  const folder = await lookAt({ ...written, folder: course }, mine);
  return hintFor(written, withSeen(written, outcome, folder));
}

const edit = (file: string, text: string): Promise<void> => writeFile(join(mine, file), text);

test("of the starter only the symptom is told, and neither the state's recipe nor the judge's mend", async () => {
  expect(await hint(LOADER)).toBe(
    "/app asks for /lib64/ld-linux-x86-64.so.2, which your image lacks. Read README.md, then edit Dockerfile; h for a hint.",
  );
  const seen = withSeen(written, LOADER, await lookAt({ ...written, folder: course }, mine));
  expect(JSON.stringify(seen)).not.toContain("CGO_ENABLED");
  expect(await hint(BUILD)).toBe(
    'Dockerfile: build failed, COPY app .: "/app": not found. Read README.md, then edit Dockerfile; h for a hint.',
  );
});

test("a symptom that opens the hint opens a sentence", async () => {
  const causes = [{ id: "missing-shell", evidence: "the candidate has no shell", mend: null }];
  const differences = LOADER.pair.differences.map((it) => ({ ...it, causes }));
  expect(await hint({ ...LOADER, pair: { ...LOADER.pair, differences } })).toMatch(
    /^Your image has no shell\. Read README/,
  );
});

test("once the file was edited the state speaks, and of a failed build the line to mend", async () => {
  await edit(
    "Dockerfile",
    "FROM golang AS builder\nRUN go build -o /app .\nFROM scratch\nCOPY /app .\n",
  );
  expect(await hint(LOADER)).toBe("Build without cgo. Build with CGO_ENABLED=0.");
  expect(await hint(BUILD)).toMatch(/^Line 4: without --from, .*`COPY --from=builder \/app \.`\.$/);
});

test("a changed file that is not to be edited comes before all else, and takes the mends away", async () => {
  await edit("Dockerfile", "FROM scratch\n");
  await edit("app.py", 'PRICES = {\n    "soup": 460,\n}\n');
  const told =
    'app.py is not as the course has it: line 2 reads `"soup": 460,`, the course\'s `"soup": 450,`. Put that back first: the judge compares with the course\'s, and what is to be edited is Dockerfile (reset brings back the whole folder, and keeps yours beside it).';
  expect(await hint(LOADER)).toBe(told);
  expect(await hint(BUILD)).toBe(told);
  const seen = withSeen(written, LOADER, await lookAt({ ...written, folder: course }, mine));
  expect(JSON.stringify(seen)).not.toContain("CGO_ENABLED");
});

test("a file that is gone or longer is told as that, below folders too", async () => {
  await edit("Dockerfile", "FROM scratch\n");
  await rm(join(mine, "templates/menu.html"));
  expect(await hint(LOADER)).toMatch(
    /^templates\/menu\.html is not as the course has it: it is missing\./,
  );
  await edit("templates/menu.html", "<ul>\n<li>\n");
  expect(await hint(LOADER)).toMatch(
    /: it has lines of its own, or lacks some\. |: line 2 is another\. /,
  );
});

test("notes in the README and files of one's own are nobody's business; what is done needs nothing", async () => {
  await edit("Dockerfile", "FROM scratch\n");
  await edit("README.md", "mine\n");
  await edit("notes.txt", "mine\n");
  expect(await hint(LOADER)).toMatch(/^Build without cgo/);
  expect(await hint({ kind: "done", pair: LOADER.pair })).toBeNull();
});

test("a stage that does not build by itself is told as a build that failed", async () => {
  await edit(
    "Dockerfile",
    "FROM go AS a\nRUN x -o app /\nFROM go AS b\nFROM scratch AS c\nCOPY --from=b /app /\n",
  );
  const why = 'stage c does not build by itself: COPY --from=b /app /: "/app": not found';
  const check = { kind: "target", target: "c" } as const;
  expect(await hint({ kind: "lacking", pair: LOADER.pair, check, why })).toBe(
    "Line 5: there is no /app in the stage b; the stage a makes it. Write `COPY --from=a /app /`.",
  );
});
