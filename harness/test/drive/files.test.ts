import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pack, type Pack } from "tar-stream";
import { afterEach, beforeEach, expect, test } from "vitest";
import { files } from "../../src/drive/files.ts";
import { EngineError } from "../../src/model/error.ts";
import type { FilesProbe } from "../../src/model/contract.ts";
import type { Observation } from "../../src/model/fact.ts";
import { imageOf, localContainers, contractOf, probeOf, servedBy, valuesOf } from "./local.ts";
import { containerSpec, withContainer } from "../../src/drive/launch.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "slimproof-files-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

/** Looks at files of this machine through the archives that GNU tar makes. */
async function look(own: Partial<FilesProbe>): Promise<Observation> {
  const { signal } = new AbortController();
  const spec = containerSpec(imageOf("exec sleep 60"), contractOf([]).run, {});
  return withContainer(localContainers(), spec, signal, (container) =>
    files(probeOf("files", own), container, signal),
  );
}

async function lookAt(tar: Pack, own: Partial<FilesProbe> = {}): Promise<Observation> {
  const container = { ...servedBy(0), archive: async () => Readable.from(tar) };
  return files(
    probeOf("files", { paths: ["/app"], ...own }),
    container,
    new AbortController().signal,
  );
}

test("each file becomes a fact with what can differ between two images", async () => {
  execFileSync(
    "sh",
    [
      "-c",
      "umask 022; mkdir -p d/e; printf hi >d/f; chmod 4750 d/f; ln -s ../x d/l; ln d/f d/z; mkfifo d/p; : >d/.h",
    ],
    { cwd: folder },
  );
  const me = `${process.getuid?.()}:${process.getgid?.()}`;
  const file = `file\nmode 4750\nowner ${me}\nsize 2\nsha256 ${sha256("hi")}`;
  const { facts, notes } = await look({ paths: [`${folder}/d/`, `${folder}/none`] });
  expect(notes).toEqual([]);
  expect(valuesOf(facts)).toEqual({
    [`files.${folder}/d`]: `directory\nmode 0755\nowner ${me}`,
    [`files.${folder}/d/.h`]: `file\nmode 0644\nowner ${me}\nsize 0\nsha256 ${sha256("")}`,
    [`files.${folder}/d/e`]: `directory\nmode 0755\nowner ${me}`,
    [`files.${folder}/d/f`]: file,
    [`files.${folder}/d/l`]: `link\nowner ${me}\ntarget ../x`,
    [`files.${folder}/d/p`]: `named pipe\nmode 0644\nowner ${me}`,
    [`files.${folder}/d/z`]: file,
    [`files.${folder}/none`]: "absent",
  });
  expect(facts.map((it) => it.fact)).toEqual(facts.map((it) => it.fact).toSorted());
});

test("a single file, and a path that is named twice over", async () => {
  execFileSync("sh", ["-c", "mkdir d; printf hi >d/f"], { cwd: folder });
  const { facts } = await look({ paths: [`${folder}/d/f`, `${folder}/d/../d`, `${folder}/d/f`] });
  expect(facts.map((it) => it.fact)).toEqual([`files.${folder}/d`, `files.${folder}/d/f`]);
});

test("the root's own archive names its files without a leading folder", async () => {
  const tar = pack();
  tar.entry({ name: "./", type: "directory" });
  tar.entry({ name: "./etc/motd" }, "hi");
  tar.finalize();
  const { facts } = await lookAt(tar, { paths: ["/"] });
  expect(facts.map((it) => it.fact)).toEqual(["files./", "files./etc/motd"]);
});

/** Headers of empty files app/000000, app/000001 …: name, type and checksum, as ustar lays them out. */
function emptyFiles(count: number): Buffer {
  const blocks = Buffer.alloc((count + 2) * 512);
  for (let index = 0; index < count; index += 1) {
    const block = blocks.subarray(index * 512, (index + 1) * 512);
    block.write(`app/${String(index).padStart(6, "0")}`);
    block.write("00000000000", 124);
    block.write("        0", 148);
    block.write("ustar\0" + "00", 257);
    let sum = 0;
    for (const byte of block) sum += byte;
    block.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  }
  return blocks;
}

test("only so many files are looked at", async () => {
  const container = { ...servedBy(0), archive: async () => Readable.from([emptyFiles(100_050)]) };
  const probe = probeOf("files", { paths: ["/app"], within: 60_000 });
  const { facts, notes } = await files(probe, container, new AbortController().signal);
  expect(facts).toHaveLength(100_000);
  expect(notes).toEqual(["probe: only the first 100000 files of /app were looked at"]);
}, 60_000);

test("a path that cannot be read in time has none of its files", async () => {
  const tar = pack();
  tar.entry({ name: "app/", type: "directory" });
  tar.entry({ name: "app/f", size: 100 }).write("half");
  const { facts, notes } = await lookAt(tar, { within: 100 });
  expect(valuesOf(facts)).toEqual({ "files./app": "none (not read in time)" });
  expect(notes).toEqual(["probe: /app could not be read within 100 ms"]);
});

test("an archive that breaks off is the engine's failure", async () => {
  const broken = Readable.from([Buffer.alloc(700, "x")]);
  const container = { ...servedBy(0), archive: async () => broken };
  const looking = files(
    probeOf("files", { paths: ["/app"] }),
    container,
    new AbortController().signal,
  );
  await expect(looking).rejects.toThrow(EngineError);
});
