/** What build arguments are worth in a Dockerfile. */
import type { Dockerfile, Instruction, Property } from "dockerfile-ast";
import { expand } from "./expand.ts";

/** What a build runs on, and what it builds for; each such as `linux/amd64` or `linux/arm/v7`. */
export interface Platforms {
  readonly build: string;
  readonly target: string;
}

const ARCHITECTURES: Readonly<Record<string, string>> = {
  x64: "amd64",
  ia32: "386",
  ppc64: "ppc64le",
};

/** An engine on this machine, such as the private one, has this platform. */
export const HERE = `linux/${ARCHITECTURES[process.arch] ?? process.arch}`;

/** Those of a build: what it is for is the engine's own platform when none is named. */
export function platformsOf(engine: string, named: string | null): Platforms {
  return { build: engine, target: named ?? engine };
}

type Values = Map<string, string>;
type Given = Readonly<Record<string, string>>;

/** The values that a Dockerfile's FROMs may use. */
export function globalArgs(file: Dockerfile, args: Given, platforms: Platforms): Values {
  return valuesOf(file.getInitialARGs(), platformArgs(platforms, args), args);
}

/** The values `before`, and those of ARG or ENV instructions; where an ARG is given in `args`, that counts. */
export function valuesOf(
  instructions: readonly Instruction[],
  before: ReadonlyMap<string, string>,
  args: Given,
): Values {
  const values = new Map(before);
  for (const property of instructions.flatMap(propertiesOf)) {
    const name = property.getName();
    const preset = property.getValue();
    const given = Object.hasOwn(args, name) ? args[name] : undefined;
    const value = given ?? (preset === null ? null : expand(preset, values));
    if (value !== null) values.set(name, value);
  }
  return values;
}

/** NAME=VALUE of an ENV or ARG; the parser has them, its common type does not say so. */
export function propertiesOf(instruction: Instruction): readonly Property[] {
  return (instruction as unknown as { getProperties(): readonly Property[] }).getProperties();
}

/**
 * What no Dockerfile has to declare for its FROMs, as docs.docker.com/reference/dockerfile ("Automatic platform ARGs in the
 * global scope") has it; a build may be given another value.
 */
function platformArgs({ build, target }: Platforms, args: Given): Values {
  const values = new Map([...partsOf("BUILD", build), ...partsOf("TARGET", target)]);
  for (const name of values.keys())
    if (Object.hasOwn(args, name)) values.set(name, args[name] ?? "");
  return values;
}

function partsOf(prefix: string, platform: string): readonly (readonly [string, string])[] {
  const [os = "", named = "", told = ""] = platform.split("/");
  const { [named]: architecture = named } = OTHER_NAMES;
  const variant = told === NO_VARIANT[architecture] ? "" : told || (USUAL[architecture] ?? "");
  return [
    [`${prefix}PLATFORM`, [os, architecture, variant].filter(Boolean).join("/")],
    [`${prefix}OS`, os],
    [`${prefix}ARCH`, architecture],
    [`${prefix}VARIANT`, variant],
  ];
}

// How containerd (pkg.go.dev/github.com/containerd/platforms, Normalize) makes one name of several.
const OTHER_NAMES: Readonly<Record<string, string>> = {
  x86_64: "amd64",
  aarch64: "arm64",
  i386: "386",
};
const NO_VARIANT: Readonly<Record<string, string>> = { arm64: "v8", amd64: "v1" };
const USUAL: Readonly<Record<string, string>> = { arm: "v7" };
