/** Two images that were never built, for tests of what is made of the differences between them. */
import { readDockerfile } from "../../src/engine/dockerfile.ts";
import { saidOf } from "../../src/explain/clues.ts";
import type { Evidence, Side } from "../../src/explain/evidence.ts";
import { explain } from "../../src/explain/explain.ts";
import { packageSurvey } from "../../src/measure/packages/packages.ts";
import type { Elf } from "../../src/measure/binaries/elf.ts";
import type { Content, Inode } from "../../src/measure/tree/inode.ts";
import type { Entry } from "../../src/measure/tree/inventory.ts";
import { merge } from "../../src/measure/tree/merge.ts";
import { surveyed } from "../../src/measure/tree/survey.ts";
import type { Probe } from "../../src/model/contract.ts";
import type { ImageConfig } from "../../src/model/image.ts";
import { plainImage } from "../images.ts";

/** A file by its text, a link (`-> /where`), a folder (`/`), or more about it. */
type Thing = string | (Partial<Omit<Inode, "content">> & { readonly content?: Content });

export interface Twin {
  readonly files?: Readonly<Record<string, Thing>>;
  readonly config?: Partial<ImageConfig>;
  readonly ownEnv?: readonly string[];
  readonly dockerfile?: string;
  readonly said?: string;
}

export function side({ files = {}, config = {}, ownEnv = [], dockerfile }: Twin): Side {
  const entries = Object.entries(files).map(([path, thing]): Entry => {
    const more = typeof thing === "string" ? {} : thing;
    const text = typeof thing === "string" ? thing : path;
    const kind = text === "/" ? "directory" : text.startsWith("-> ") ? "symlink" : "file";
    return {
      folder: path.slice(0, path.lastIndexOf("/")),
      name: path.slice(path.lastIndexOf("/") + 1),
      inode: {
        kind,
        size: 1,
        mode: kind === "file" ? 0o644 : 0o755,
        uid: 0,
        gid: 0,
        target: kind === "symlink" ? text.slice(3) : "",
        hash: kind === "file" ? text : null,
        capability: null,
        content: null,
        ...more,
      },
    };
  });
  const { tree } = merge([{ entries }]);
  return {
    config: plainImage(config).config,
    ownEnv,
    tree,
    packages: surveyed(tree, packageSurvey),
    dockerfile: dockerfile === undefined ? null : readDockerfile(dockerfile, {}),
  };
}

export interface Question {
  readonly fact?: string;
  readonly values?: readonly [baseline: string | null, candidate: string | null];
  readonly probe?: Probe;
  readonly run?: Partial<Evidence["run"]>;
}

/** The causes of one difference, as `id: evidence`. */
export function causes(
  baseline: Twin,
  candidate: Twin,
  question: Question = {},
): readonly string[] {
  return explained(baseline, candidate, question).map(({ id, evidence }) => `${id}: ${evidence}`);
}

export function explained(
  baseline: Twin,
  candidate: Twin,
  { fact = "stdout", values = ["a", "b"], probe, run = {} }: Question,
): ReturnType<typeof explain> {
  return explain({
    difference: {
      probe: fact.startsWith("config.") ? "image" : (probe?.name ?? "container"),
      fact,
      baseline: values[0],
      candidate: values[1],
      causes: [],
      accepted: null,
    },
    probe: probe ?? null,
    baseline: side(baseline),
    candidate: side(candidate),
    run: { env: {}, args: null, user: null, readOnly: false, tmpfs: [], ...run },
    said: saidOf(baseline.said ?? "", candidate.said ?? ""),
  });
}

/** A program that someone may execute. */
export function program(elf: Partial<Elf> = {}, more: Partial<Inode> = {}): Thing {
  return {
    mode: 0o755,
    ...more,
    content: {
      elf: {
        bits: 64,
        machine: "x86-64",
        kind: "program",
        interpreter: null,
        needed: [],
        rpath: [],
        runpath: [],
        soname: null,
        stripped: false,
        ...elf,
      },
      ...more.content,
    },
  };
}

/** An executable script. */
export function script(interpreter: string): Thing {
  return { mode: 0o755, hash: interpreter, content: { interpreter } };
}

export const LOADER = "/lib64/ld-linux-x86-64.so.2";
export const app: Twin = { files: { "/app/app": program() }, config: { cmd: ["/app/app"] } };
export const started: Question = { fact: "exit.code", values: ["0", "127"] };
export const http: Probe = {
  kind: "http",
  name: "asks",
  within: 1000,
  expect: {},
  method: "GET",
  path: "/",
  port: 80,
  headers: {},
  body: null,
  parallel: 1,
};
export const stop: Probe = { kind: "stop", name: "stops", within: 1000, expect: {}, signal: null };

/** The likeliest cause alone. */
export const cause = (baseline: Twin, candidate: Twin, question?: Question): string | undefined =>
  causes(baseline, candidate, question)[0];
