/** Rebuilds with a real engine: which steps run after which edit, and that nothing is left but what was there. */
import { lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import Docker from "dockerode";
import { execa } from "execa";
import { beforeAll, beforeEach, expect, onTestFinished, test, vi } from "vitest";
import { connect } from "../src/engine/connect.ts";
import { openEngine } from "../src/engine/engine.ts";
import { freshName } from "../src/engine/owner.ts";
import { BuildError } from "../src/model/error.ts";
import type { ChangeKind, RebuildResult } from "../src/model/rebuild.ts";
import { measureRebuild, rebuildDefaults } from "../src/rebuild.ts";
import { hasRun } from "../src/rebuild/work.ts";
import { BASE, folder, leftOf, options, source, until } from "./engine/workbench.ts";

const ROOT = join(import.meta.dirname, "../..");
let docker: Docker;
let temporary: string;

beforeAll(async () => {
  ({ docker } = await connect());
});

beforeEach(() => {
  temporary = mkdtempSync(join(tmpdir(), "slimproof-test-"));
  vi.stubEnv("TMPDIR", temporary);
  onTestFinished(() => {
    vi.unstubAllEnvs();
    rmSync(temporary, { recursive: true });
  });
});

/** The instructions that ran in each counted build of an image, without those of its base. */
function ran(result: RebuildResult, kind: ChangeKind, image: string): string[][] {
  const found = result.changes
    .find((it) => it.kind === kind)
    ?.images.find((it) => it.image === image);
  return (found?.runs ?? []).map(({ steps }) =>
    steps
      .filter((it) => !it.own && !it.instruction.startsWith("FROM") && hasRun(it))
      .map((it) => it.instruction)
      .sort(),
  );
}

/** Copies of folders that are there. */
function copies(): string[] {
  return readdirSync(temporary).filter((it) => it.startsWith("slimproof-rebuild-"));
}

/** Every file under a folder: its bytes, mode and times. */
function snapshot(root: string): unknown[] {
  return readdirSync(root, { recursive: true, withFileTypes: true }).map((it) => {
    const path = join(it.parentPath, it.name);
    const { mode, mtimeMs, ctimeMs } = lstatSync(path);
    const content = it.isFile() ? readFileSync(path, "hex") : null;
    return [relative(root, path), mode, mtimeMs, ctimeMs, content];
  });
}

/** Records of the build cache whose description has this word. */
async function records(word: string): Promise<string[]> {
  const { BuildCache } = (await docker.df()) as { BuildCache: { Description: string }[] };
  return BuildCache.map((it) => it.Description).filter((it) => it.includes(word));
}

/** A pair whose builders are the same to the letter; `word` makes its steps nobody else's. */
function pair(word: string): string {
  const build = `WORKDIR /app\nCOPY requirements.txt ./\nRUN cat requirements.txt > ${word}\nCOPY app.py ./\nRUN cat app.py > built && : ${word}\n`;
  return folder({
    "Dockerfile.single": `FROM ${BASE}\n${build}CMD ["cat", "app.py"]\n`,
    "Dockerfile.multi": `FROM ${BASE} AS builder\n${build}FROM scratch\nCOPY --from=builder /app/built /${word}\nCMD ["/app.py"]\n`,
    "requirements.txt": "nothing\n",
    "app.py": "print(1)\n",
    "larger.py": "x = 1\n".repeat(100),
    "README.md": "of no build\n",
  });
}

test("each edit runs the steps after it and no others, in every build of every image", async () => {
  const word = freshName();
  const app = pair(word);
  const before = snapshot(app);
  const result = await measureRebuild(app, { ...rebuildDefaults(), runs: 3 });

  expect(result.changes.map(({ kind, file }) => [kind, file])).toEqual([
    ["none", null],
    ["source", "app.py"],
    ["dependencies", "requirements.txt"],
  ]);
  const list = [
    "COPY app.py ./",
    "COPY requirements.txt ./",
    `RUN cat app.py > built && : ${word}`,
    `RUN cat requirements.txt > ${word}`,
  ];
  const out = `COPY --from=builder /app/built /${word}`;
  const after = (kind: ChangeKind): string[][][] =>
    ["single", "multi"].map((image) => ran(result, kind, image));
  const thrice = (steps: string[]): string[][] => [steps, steps, steps];
  expect(after("none")).toEqual([thrice([]), thrice([])]);
  // Were an edit shared, the second image of a round would find the first one's steps in the cache.
  const edited = ["COPY app.py ./", `RUN cat app.py > built && : ${word}`];
  expect(after("source")).toEqual([thrice(edited), thrice([out, ...edited].sort())]);
  // The list is not in what the last stage copies: its bytes stay the same, and that COPY stays cached.
  expect(after("dependencies")).toEqual([thrice(list), thrice(list)]);
  expect(
    result.findings.filter(({ kind }) => kind === "same-output").map(({ image }) => image),
  ).toEqual(["multi"]);
  const [none, edit] = result.changes;
  expect(none?.images.map(({ cached, steps }) => [cached, steps])).toEqual([
    [5, 5],
    [6, 6],
  ]);
  expect(edit?.images.map(({ cached, steps }) => [cached, steps])).toEqual([
    [3, 5],
    [3, 6],
  ]);

  expect(snapshot(app)).toEqual(before);
  expect(copies()).toEqual([]);
  expect(await leftOf(docker)).toEqual({ containers: 0, images: 0, networks: 0 });
  // What the builds without an edit left stays: two commands, each once, whichever image came first.
  const kept = await records(word);
  expect(kept.filter((it) => it.startsWith("mount / from exec")).length).toBe(2);
  expect(kept.filter((it) => it.includes("COPY --from")).length).toBe(1);
});

test("the trap that edits of their own avoid: the same bytes are built for one image and cached for the next", async () => {
  const word = freshName();
  const app = pair(word);
  await using engine = await openEngine(false);
  const build = async (dockerfile: string): Promise<number> => {
    const { steps } = await engine.timeBuild(source(app, { dockerfile }), options());
    return steps.filter((it) => it.instruction.includes(`: ${word}`) && hasRun(it)).length;
  };
  writeFileSync(join(app, "app.py"), "print(2)\n");
  expect([await build("Dockerfile.single"), await build("Dockerfile.multi")]).toEqual([1, 0]);
});

test("files that are named are the ones that are edited", async () => {
  const word = freshName();
  const app = folder({
    "Dockerfile.single": `FROM ${BASE}\nCOPY a.py list.json /${word}/\n`,
    "Dockerfile.multi": `FROM ${BASE}\nCOPY list.json /${word}/\nCOPY a.py b.sh /${word}/\n`,
    "a.py": "",
    "b.sh": "",
    "list.json": "{}",
  });
  const result = await measureRebuild(app, {
    ...rebuildDefaults(),
    runs: 1,
    source: "b.sh",
    dependencies: join(app, "list.json"),
  });
  expect(result.changes.map(({ file }) => file)).toEqual([null, "b.sh", "list.json"]);
  expect(ran(result, "source", "single")).toEqual([[]]);
  expect(ran(result, "source", "multi")).toEqual([[`COPY a.py b.sh /${word}/`]]);
  expect(result.findings.filter(({ kind }) => kind === "untouched")).toMatchObject([
    { change: "source", image: "single" },
  ]);
  expect(ran(result, "dependencies", "single")).toEqual([[`COPY a.py list.json /${word}/`]]);
});

test("a build that fails is told by the Dockerfile's own name, and nothing is left", async () => {
  const app = folder({
    "Dockerfile.single": `FROM ${BASE}\nRUN echo ${freshName()} && exit 3\n`,
    "Dockerfile.multi": `FROM ${BASE}\n`,
  });
  const measuring = measureRebuild(app, { ...rebuildDefaults(), runs: 1 });
  await expect(measuring).rejects.toThrow(BuildError);
  await expect(measuring).rejects.toThrow(
    `${relative(process.cwd(), join(app, "Dockerfile.single"))}: build failed in RUN echo`,
  );
  expect(copies()).toEqual([]);
  expect(await leftOf(docker)).toEqual({ containers: 0, images: 0, networks: 0 });
});

test("the calculator: an edit builds it again, and its tests are in no image", async () => {
  const app = join(ROOT, "apps/go-calculator");
  const before = snapshot(app);
  const result = await measureRebuild(app, { ...rebuildDefaults(), runs: 1 });
  expect(result.changes.map(({ file }) => file)).toEqual([null, "main.go", "go.mod"]);
  for (const { images } of result.changes.slice(0, 1))
    expect(images.map(({ cached, steps }) => steps - cached)).toEqual([0, 0, 0]);
  expect(ran(result, "source", "multi")).toEqual([
    [
      "COPY --from=builder /app/app ./",
      "COPY go.mod main.go ./",
      "RUN CGO_ENABLED=0 go build -o app .",
    ],
  ]);
  expect(snapshot(app)).toEqual(before);
}, 1_200_000); // a dozen builds that compile Go's library each

test("ctrl-c in the middle of a build leaves nothing behind", async () => {
  const word = freshName();
  const app = folder({
    "Dockerfile.single": `FROM ${BASE}\nRUN echo ${word} && sleep 60\n`,
    "Dockerfile.multi": `FROM ${BASE}\n`,
  });
  const child = execa(process.execPath, [join(ROOT, "harness/src/cli.js"), "rebuild", app], {
    env: { TMPDIR: temporary },
    reject: false,
  });
  let told = "";
  child.stderr?.on("data", (chunk: Buffer) => (told += chunk.toString()));
  await until(() => told.includes("no change, warming up"));
  expect(copies()).toHaveLength(1);
  child.kill("SIGINT");
  const { exitCode, stdout } = await child;
  expect({ exitCode, stdout }).toEqual({ exitCode: 130, stdout: "" });
  expect(copies()).toEqual([]);
  const filters = JSON.stringify({ label: ["org.slimproof.owner"] });
  const images = await docker.listImages({ filters });
  expect(
    images.filter((it) => it.Labels?.["org.slimproof.owner"]?.split("/")[2] === String(child.pid)),
  ).toEqual([]);
});
