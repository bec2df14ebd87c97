import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { loadContract } from "../../src/contract/load.ts";
import { InputError } from "../../src/model/error.ts";
import { exampleContract } from "./example.ts";

let root = "";
let folder = "";

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "contract-"));
  folder = join(root, "app");
  await mkdir(join(folder, "fixtures"), { recursive: true });
  await Promise.all(
    ["single", "multi", "minimal"].map((name) => put(`Dockerfile.${name}`, "FROM scratch\n")),
  );
});

afterEach(async () => {
  await rm(root, { recursive: true });
});

async function put(name: string, content: string | Uint8Array): Promise<void> {
  await writeFile(join(folder, name), content);
}

const GOOD = "version: 1\nbaseline: Dockerfile.single\ncandidates: [Dockerfile.multi]\n";

/** What loading says, without the path of the folder in front. */
async function problems(path = folder): Promise<readonly string[]> {
  try {
    await loadContract(path);
    return [];
  } catch (error) {
    expect(error).toBeInstanceOf(InputError);
    return (error as InputError).message
      .replaceAll(relative(process.cwd(), folder), "APP")
      .split("\n");
  }
}

test("the example of the format loads, every form of it", async () => {
  await put("parity.yaml", await readFile(new URL("example.txt", import.meta.url)));
  expect(await loadContract(folder)).toStrictEqual(exampleContract(folder));
});

test("a folder, its file, and a file of another name are loaded alike", async () => {
  await put("parity.yml", GOOD);
  await put("other.yaml", GOOD);
  const contract = await loadContract(folder);
  expect(contract.file).toBe(join(folder, "parity.yml"));
  expect(await loadContract(join(folder, "parity.yml"))).toEqual(contract);
  expect(await loadContract(relative(process.cwd(), folder))).toEqual(contract);
  expect(await loadContract(join(folder, "other.yaml"))).toEqual({
    ...contract,
    file: join(folder, "other.yaml"),
  });
});

test("no contract, or two", async () => {
  const bare = join(folder, "bare");
  await mkdir(bare);
  expect(await problems(bare)).toEqual([
    "APP/bare: there is no parity.yaml here, and no Dockerfile.single with a Dockerfile.multi beside it",
  ]);
  expect(await problems(join(folder, "nowhere"))).toEqual([
    "APP/nowhere: there is no such file or folder",
  ]);
  await put("parity.yaml", GOOD);
  await put("parity.yml", GOOD);
  expect(await problems()).toEqual(["APP: both parity.yaml and parity.yml; keep one"]);
});

test("files that are missing, at their place and with what was probably meant", async () => {
  await put(
    "parity.yaml",
    `version: 1
baseline: Dockerfile.singel
candidates: { multi: { dockerfile: sub/Dockerfile, context: sub } }
run: { mounts: [{ from: fixture, to: /data }, { from: elsewhere, to: /other }] }
services: { db: { image: "postgres:17", mounts: [{ from: seed.sql, to: /a }] } }
`,
  );
  expect(await problems()).toEqual([
    'APP/parity.yaml:2:11: baseline: "Dockerfile.singel" is missing; did you mean "Dockerfile.single"?',
    'APP/parity.yaml:3:36: candidates.multi.dockerfile: "sub/Dockerfile" is missing: there is no such Dockerfile',
    'APP/parity.yaml:3:61: candidates.multi.context: "sub" is missing: there is no such folder',
    'APP/parity.yaml:4:25: run.mounts[0].from: "fixture" is missing; did you mean "fixtures"?',
    'APP/parity.yaml:4:55: run.mounts[1].from: "elsewhere" is missing: there is no such file or folder',
    'APP/parity.yaml:5:58: services.db.mounts[0].from: "seed.sql" is missing: there is no such file or folder',
  ]);
});

test("what is on disk and what is in the text are told together, in the text's order", async () => {
  await put("parity.yaml", "version: 1\nbaselin: x\nbaseline: gone\ncandidates: []\n");
  expect(await problems()).toEqual([
    'APP/parity.yaml:2:1: unknown key "baselin"; did you mean "baseline"?',
    'APP/parity.yaml:3:11: baseline: "gone" is missing: there is no such Dockerfile',
    "APP/parity.yaml:4:13: candidates: expected at least one item, got none",
  ]);
});

test("a folder for a Dockerfile, a file for a context", async () => {
  await put(
    "parity.yaml",
    "version: 1\nbaseline: fixtures\ncandidates: { a: { dockerfile: Dockerfile.multi, context: Dockerfile.multi } }\n",
  );
  expect(await problems()).toEqual([
    'APP/parity.yaml:2:11: baseline: "fixtures" is no file',
    'APP/parity.yaml:3:59: candidates.a.context: "Dockerfile.multi" is no folder',
  ]);
});

test("a symbolic link may stay inside the folder, not leave it", async () => {
  await writeFile(join(root, "secret"), "");
  await symlink("../secret", join(folder, "Dockerfile.out"));
  await symlink("..", join(folder, "up"));
  await symlink("gone", join(folder, "Dockerfile.dead"));
  await symlink("Dockerfile.multi", join(folder, "Dockerfile.in"));
  await put(
    "parity.yaml",
    `version: 1
baseline: Dockerfile.out
candidates: [Dockerfile.dead, Dockerfile.in]
run: { mounts: [{ from: up/secret, to: /a }, { from: up, to: /b }, { from: up/app/fixtures, to: /c }] }
`,
  );
  const out = "leads outside the contract's folder through a symbolic link";
  expect(await problems()).toEqual([
    `APP/parity.yaml:2:11: baseline: "Dockerfile.out" ${out}`,
    'APP/parity.yaml:3:14: candidates[0]: "Dockerfile.dead" is a link that leads nowhere',
    `APP/parity.yaml:4:25: run.mounts[0].from: "up/secret" ${out}`,
    `APP/parity.yaml:4:54: run.mounts[1].from: "up" ${out}`,
  ]);
});

test("a folder that is itself reached through a link", async () => {
  await put("parity.yaml", GOOD);
  await symlink(folder, join(root, "link"));
  expect((await loadContract(join(root, "link"))).name).toBe("link");
});

test("a file that is too large, one that is no text, one that never ends", async () => {
  await put("parity.yaml", `${GOOD}# ${"x".repeat(1_000_000)}\n`);
  expect(await problems()).toEqual([
    `APP/parity.yaml: a contract has at most 1 MB, this file has ${GOOD.length + 1_000_003} bytes`,
  ]);
  await put("parity.yaml", Buffer.from([0x61, 0xff, 0xfe]));
  expect(await problems()).toEqual(["APP/parity.yaml: not UTF-8 text"]);
  expect(await problems("/dev/zero")).toEqual([
    `${relative(process.cwd(), "/dev/zero")}: a contract is a regular file`,
  ]);
});

test("a byte order mark and Windows line ends do not move the columns", async () => {
  await put("parity.yaml", `\uFEFF${GOOD}nmae: x\n`.replaceAll("\n", "\r\n"));
  expect(await problems()).toEqual([
    'APP/parity.yaml:4:1: unknown key "nmae"; did you mean "name"?',
  ]);
});

test.each([
  ["lists in lists", `probes: ${"[".repeat(200_000)}`],
  ["lists in lists, closed", `probes: ${"[".repeat(20_000)}${"]".repeat(20_000)}`],
  ["dashes", `probes:\n${"- ".repeat(20_000)}`],
  ["keys of keys", `${"? ".repeat(20_000)}`],
  ["maps in maps", `probes: ${"{a: ".repeat(20_000)}`],
])("nesting that would exhaust the parser is refused at once: %s", async (_, text) => {
  await put("parity.yaml", `${GOOD}${text}\n`);
  expect(await problems()).toEqual([
    expect.stringMatching(/^APP\/parity\.yaml:[45]:\d+: nested more than 100 deep$/),
  ]);
});

test("ten thousand mistakes make a hundred lines", async () => {
  await put("parity.yaml", `${GOOD}probes: [${"1,".repeat(10_000)}]\n`);
  const lines = await problems();
  expect(lines).toHaveLength(101);
  expect(lines[0]).toBe("APP/parity.yaml:4:10: probes[0]: expected a map, got the number 1");
  expect(lines[100]).toBe("APP/parity.yaml: and 9900 more problems");
});
