import type { Anatomy, ByteCause, Findings } from "../model/anatomy.ts";

/** What a reader is told that bytes are there for. */
export const CAUSE_NAMES: Readonly<Record<ByteCause, string>> = {
  application: "application",
  bytecode: "bytecode",
  caches: "caches",
  compiler: "compiler, SDK, build tools",
  documentation: "documentation, locales",
  "language-packages": "language packages",
  "package-managers": "package managers",
  runtime: "language runtime",
  sources: "sources",
  system: "operating system",
  temporary: "logs, temporary files",
};

/** The parts of an anatomy that are lists of paths. */
type FindingsOf = {
  [Key in keyof Anatomy]: Anatomy[Key] extends Findings ? Key : never;
}[keyof Anatomy];

/** The parts of the attack surface, in the order in which they are told. */
export const SURFACE_NAMES: Readonly<Record<FindingsOf, string>> = {
  shells: "shells",
  packageManagers: "package managers",
  compilers: "compilers",
  sources: "sources",
  caches: "caches",
  setuid: "setuid, setgid",
  capabilities: "file capabilities",
  worldWritable: "world-writable",
  secrets: "likely secrets",
};

/** The attack surface of an image, part by part. */
export function surfaceParts(
  anatomy: Anatomy,
): readonly { readonly part: FindingsOf; readonly name: string; readonly found: Findings }[] {
  return Object.entries(SURFACE_NAMES).map(([key, name]) => {
    const part = key as FindingsOf;
    return { part, name, found: anatomy[part] };
  });
}
