import type { Anatomy, Findings } from "../../model/anatomy.ts";
import type { Inode } from "../tree/inode.ts";
import { bytesOf, resolve, walk, type Node, type Tree } from "../tree/tree.ts";
import { collection } from "./findings.ts";
import { isSource } from "./sources.ts";

/** What of an image makes it larger to attack than a program needs. */
export type Surface = Pick<Anatomy, "shells" | "packageManagers" | "compilers" | "sources">;

/** Folders of programs. busybox has one of its own in distroless' debug images, and a lone binary is often put at the root. */
const PROGRAMS = /^(?:.*\/(?:s?bin|busybox))?\/([^/]+)$/s;

const VERSION = String.raw`(?:-?\d+(?:\.\d+)*)?`;
const SHELL = new RegExp(
  `^(?:sh|r?bash|dash|ash|r?zsh|[rmp]?ksh|pdksh|oksh|lksh|yash|posh|t?csh|fish|nu|elvish|xonsh|pwsh|busybox|toybox)${VERSION}(?:[-.]static)?$`,
);
const PACKAGE_MANAGER = new RegExp(
  `^(?:apt|apt-get|aptitude|dpkg|apk|yum|u?dnf|microdnf|tdnf|zypper|rpm|pacman|opkg|pip|pipx|uv|poetry|pdm|conda|mamba|micromamba|npm|npx|yarn|yarnpkg|pnpm|pnpx|corepack|bun|gem|bundler?|cargo|composer|nix|nix-env|brew)${VERSION}$`,
);
/** A target in front (`x86_64-linux-gnu-gcc-14`) makes it no less of a compiler; `gcc-ar` and the like are none. */
const COMPILER = new RegExp(
  String.raw`^(?:(?:[\w.]+-)*(?:gcc|g\+\+|cc|c\+\+|clang|clang\+\+|gfortran|gccgo)|tcc|c[89]9|go|tinygo|rustc|javac|kotlinc|scalac|swiftc|ghc|zig|ocamlopt|ldc2|dmd|nim|gnatmake|fpc)${VERSION}$`,
);
/** pip needs no program: `python -m pip` runs it from where it is installed. */
const PIP = /\/(?:site|dist)-packages\/pip\/__main__\.py$/;

/**
 * Shells, package managers and compilers count by their names, as files that someone may execute, or as links to any such
 * file, in a folder of programs. A link that ends at a shell is one under any name, save that busybox' other applets are
 * none; one that leads nowhere can't be run.
 */
export function surfaceOf(tree: Tree): Surface {
  const shells = collection();
  const packageManagers = collection();
  const compilers = collection();
  const sources = collection();
  const shellInodes = new Set<Inode>();
  for (const { path, node } of walk(tree)) {
    const name = PROGRAMS.exec(path)?.[1];
    if (name !== undefined && isProgram(node) && SHELL.test(name) && !BOX.test(name))
      shellInodes.add(node.inode);
  }
  for (const { path, node } of walk(tree)) {
    const { kind, size } = node.inode;
    if (isSource(path, kind)) sources.add(path, bytesOf(node));
    if (PIP.test(path) && kind === "file") packageManagers.add(path, size);
    const name = PROGRAMS.exec(path)?.[1];
    if (name === undefined) continue;
    const end = kind === "symlink" ? resolve(tree, path)?.node : node;
    if (!end || !isProgram(end)) continue;
    // A link adds a name, but no bytes.
    if (SHELL.test(name) || shellInodes.has(end.inode)) shells.add(path, size);
    if (PACKAGE_MANAGER.test(name)) packageManagers.add(path, size);
    if (COMPILER.test(name)) compilers.add(path, size);
  }
  return {
    shells: shells.all(),
    packageManagers: packageManagers.all(),
    compilers: compilers.all(),
    sources: sources.all(),
  };
}

/** Findings of nothing. */
export const NONE: Findings = { count: 0, bytes: 0, paths: [] };

function isProgram({ inode }: Node): boolean {
  return inode.kind === "file" && (inode.mode & 0o111) !== 0;
}

const BOX = /^(?:busy|toy)box/;
