/** Reads base images through the engine: their configs, their files, and what commands do in them. */
import { randomBytes } from "node:crypto";
import { findEngine } from "slimproof";
import { beforeAll, describe, expect } from "vitest";
import { $ } from "zx";
import { certificates } from "../../src/bases/host.ts";
import { ensureBases } from "../../src/bases/index.ts";

const engine = await findEngine();
const docker = $({
  quiet: true,
  nothrow: true,
  env: { ...process.env, DOCKER_HOST: engine?.host },
});

/** This machine's own certificates. */
export const own = await certificates();

export const SLIM = [
  "debian:trixie-slim",
  "python:3.13-slim",
  "node:24-slim",
  "golang:1.26",
  "golang:1.18",
];
export const DISTROLESS = ["static", "base", "cc", "python3"] as const;
export const distroless = (name: string, tag = ""): string =>
  `gcr.io/distroless/${name}-debian13${tag}`;

/** The private engine is asked for these images; another engine has the official ones or none, so nothing runs there. */
export function describeBases(title: string, names: readonly string[], body: () => void): void {
  describe.runIf(engine?.sandbox)(title, () => {
    beforeAll(() => ensure(names, (line) => void process.stderr.write(`sandbox: ${line}\n`)));
    body();
  });
}

/** Has those images in the engine. */
export async function ensure(names: readonly string[], log: (line: string) => void): Promise<void> {
  await ensureBases(names, engine?.host ?? "", log);
}

export interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs a command in a fresh container of an image, at most two minutes, and removes it. */
export async function run(
  image: string,
  command: readonly string[],
  ...flags: string[]
): Promise<Ran> {
  const name = `slimproof-bases-${randomBytes(6).toString("hex")}`;
  const options = ["--name", name, "--label", "org.slimproof.test=bases", "--log-driver", "none"];
  try {
    const ran = await docker`timeout 120 docker run ${options} ${flags} ${image} ${command}`;
    return { code: ran.exitCode, out: ran.stdout.trim(), err: ran.stderr.trim() };
  } finally {
    await docker`docker rm --force --volumes ${name}`;
  }
}

export async function shell(image: string, script: string): Promise<string> {
  const ran = await run(image, ["sh", "-euc", script], "--entrypoint", "");
  expect(ran, script).toMatchObject({ code: 0 });
  return ran.out;
}

export interface Entry {
  /** As `ls` shows it: `drwxr-xr-x`. */
  readonly mode: string;
  /** UID/GID. */
  readonly owner: string;
  readonly target: string | null;
}

const listings = new Map<string, Promise<ReadonlyMap<string, Entry>>>();

/** Every path of an image, without a leading or trailing slash. */
export function files(image: string): Promise<ReadonlyMap<string, Entry>> {
  const listing = listings.get(image) ?? list(image);
  listings.set(image, listing);
  return listing;
}

async function list(image: string): Promise<ReadonlyMap<string, Entry>> {
  const lines = SLIM.includes(image)
    ? // Far quicker than an export, where there is a shell.
      await shell(image, "find / -xdev -printf '%M\\t%U/%G\\t%P\\t%l\\n'")
    : await exported(image);
  return new Map(
    lines.split("\n").map((line) => {
      const [mode = "", owner = "", path = "", target = ""] = line.split("\t");
      return [path, { mode, owner, target: target || null }];
    }),
  );
}

/** The same lines as those of `find`, for an image that can't run it. */
async function exported(image: string): Promise<string> {
  const name = `slimproof-bases-${randomBytes(6).toString("hex")}`;
  const label = "org.slimproof.test=bases";
  try {
    const made = await docker`docker create --name ${name} --label ${label} ${image} none`;
    expect(made).toMatchObject({ exitCode: 0 });
    const options = ["--list", "--verbose", "--numeric-owner", "--quoting-style=literal"];
    const listed = await docker`docker export ${name} | tar ${options}`;
    expect(listed).toMatchObject({ exitCode: 0 });
    return listed.stdout
      .trimEnd()
      .replace(
        /^(\S+) (\S+) +\S+ \S+ \S+ (.*?)\/?(?:(?: -> | link to )(.*))?$/gm,
        "$1\t$2\t$3\t$4",
      );
  } finally {
    await docker`docker rm --force --volumes ${name}`;
  }
}

/** Paths of an image that match, sorted. */
export async function matching(image: string, pattern: RegExp): Promise<string[]> {
  return [...(await files(image)).keys()].filter((path) => pattern.test(path)).sort();
}

interface Inspected {
  readonly Config: {
    readonly Env: readonly string[];
    readonly Cmd: readonly string[] | null;
    readonly Entrypoint: readonly string[] | null;
    readonly WorkingDir: string;
    readonly User: string;
    readonly Labels: Readonly<Record<string, string>>;
  };
  readonly RootFS: { readonly Layers: readonly string[] };
}

export async function inspect(image: string): Promise<Inspected> {
  const shown = await docker`docker image inspect ${image}`;
  const [first] = JSON.parse(shown.stdout) as readonly Inspected[];
  if (!first) throw new Error(`the engine has no ${image}: ${shown.stderr}`);
  return first;
}

export async function environment(image: string): Promise<Readonly<Record<string, string>>> {
  const { Env } = (await inspect(image)).Config;
  return Object.fromEntries(Env.map((line) => line.split(/=(.*)/s).slice(0, 2)));
}
