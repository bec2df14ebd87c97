/**
 * What we tell of ELF files against what readelf tells, for every one in some images. Prints each difference, and how many
 * files were compared. Usage: node bench/elf.ts [IMAGE…] (needs tar and binutils' readelf)
 */
import { mkdtemp, open, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { execa } from "execa";
import { binaryReader } from "../harness/src/measure/binaries/binary-reader.ts";
import type { Elf } from "../harness/src/measure/binaries/elf.ts";
import { engine, withContainer } from "./docker.ts";

const IMAGES = ["debian:trixie-slim", "python:3.13-slim", "node:24-slim", "golang:1.26"];
const CHUNK = 1 << 16;
const BATCH = 100;

/** readelf's names for machines by their first word are ours, but for some. */
const MACHINES: Readonly<Record<string, string>> = {
  "Advanced Micro Devices X86-64": "x86-64",
  "Intel 80386": "i386",
  ARM: "arm",
  "MIPS R3000": "mips",
  "IBM S/390": "s390",
  "RISC-V": "riscv",
  "Sparc v9": "43",
};

await engine();
const images = process.argv.length > 2 ? process.argv.slice(2) : IMAGES;
let differences = 0;
for (const image of images) {
  const folder = await mkdtemp(join(tmpdir(), "bench-elf-"));
  try {
    await unpack(image, folder);
    let compared = 0;
    const files = await elfFiles(folder);
    for (let at = 0; at < files.length; at += BATCH) {
      const batch = files.slice(at, at + BATCH);
      const theirs = await readelf(batch);
      for (const path of batch) {
        compared++;
        const [ours, told] = [summary(await read(path)), theirs.get(path) ?? "nothing"];
        if (ours === told) continue;
        differences++;
        console.log(`${image} ${relative(folder, path)}\n  ours    ${ours}\n  readelf ${told}`);
      }
    }
    console.log(`${image}: ${compared} ELF files compared`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
console.log(`${differences} differences`);
process.exitCode = differences === 0 ? 0 : 1;

async function unpack(image: string, folder: string): Promise<void> {
  const tar = ["-x", "--no-same-owner", "--exclude=dev/*", "-C", folder];
  await withContainer(image, async (id) => {
    await execa("docker", ["export", id], { buffer: false }).pipe("tar", tar, { buffer: false });
  });
}

async function elfFiles(folder: string): Promise<readonly string[]> {
  const found: string[] = [];
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    await using file = await open(path).catch(() => null);
    const { buffer } = (await file?.read(Buffer.alloc(4), 0, 4)) ?? { buffer: Buffer.alloc(0) };
    if (buffer.toString("latin1") === "\x7fELF") found.push(path);
  }
  return found;
}

/** As the file would stream past in a tar. */
async function read(path: string): Promise<Elf | null> {
  await using file = await open(path);
  const { size, mode } = await file.stat();
  let elf: Elf | null = null;
  const header = { name: path, kind: "file", size, mode, uid: 0, gid: 0, linkname: "" } as const;
  const reader = binaryReader(path, { ...header, sparse: false, pax: new Map() }, (content) => {
    elf = content.elf ?? elf;
  });
  for await (const chunk of file.createReadStream({ highWaterMark: CHUNK, autoClose: false }))
    reader?.data(chunk as Buffer);
  reader?.end();
  return elf;
}

function summary(elf: Elf | null): string {
  if (elf === null) return "nothing";
  const { bits, machine, kind, interpreter, needed, rpath, runpath, soname, stripped } = elf;
  const lists = [needed ?? ["unknown"], rpath, runpath].map((list) => list.join(":"));
  return [
    bits,
    machine,
    kind,
    interpreter,
    ...lists,
    soname,
    stripped ? "stripped" : "symbols",
  ].join(" | ");
}

async function readelf(paths: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const { stdout } = await execa("readelf", ["-W", "-h", "-l", "-d", "-S", ...paths], {
    reject: false,
    env: { LC_ALL: "C" },
    maxBuffer: 1 << 30,
  });
  const sections =
    paths.length === 1 ? [`${paths[0]}\n${stdout}`] : stdout.split(/^File: /m).slice(1);
  return new Map(
    sections.map((text) => {
      const one = (pattern: RegExp): string | null => pattern.exec(text)?.[1] ?? null;
      const all = (tag: string): readonly string[] =>
        [...text.matchAll(new RegExp(`\\(${tag}\\) .*\\[(.*)\\]$`, "gm"))].map(
          ([, it]) => it ?? "",
        );
      const machine = one(/^ +Machine: +(.*)$/m) ?? "";
      const interpreter = one(/\[Requesting program interpreter: (.*)\]/);
      const soname = all("SONAME")[0] ?? null;
      const type = one(/^ +Type: +(.*)$/m) ?? "";
      const program = /^EXEC|Position-Independent/.test(type) || (interpreter && !soname);
      const elf: Elf = {
        bits: one(/^ +Class: +ELF(\d+)/m) === "32" ? 32 : 64,
        machine: MACHINES[machine] ?? (machine.split(" ")[0] ?? "").toLowerCase(),
        kind:
          !/^(?:EXEC|DYN)/.test(type) || /\.text +NOBITS/.test(text)
            ? "object"
            : program
              ? "program"
              : "library",
        interpreter,
        needed: all("NEEDED"),
        rpath: all("RPATH").flatMap((it) => it.split(":")),
        runpath: all("RUNPATH").flatMap((it) => it.split(":")),
        soname,
        stripped: !/^ +\[ *\d+\] .* SYMTAB /m.test(text),
      };
      return [text.slice(0, text.indexOf("\n")), summary(elf)];
    }),
  );
}
