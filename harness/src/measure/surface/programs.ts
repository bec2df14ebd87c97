import type { Inode } from "../tree/inode.ts";
import { resolve, walk, type Node, type Tree } from "../tree/tree.ts";

/** What a program is for that an attacker would like to find. */
export type ProgramKind = "shell" | "package manager" | "compiler";

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
/** One program with a command for each of its names. */
const BOX = /^(?:busy|toy)box/;

/**
 * Tells of a name in a tree what it can be used for. Shells, package managers and compilers count by their names, as files
 * that someone may execute, or as links to any such file, in a folder of programs. A link that ends at a shell is one under
 * any name, save that busybox' other applets are none; one that leads nowhere can't be run.
 */
export function programKinds(tree: Tree): (path: string, node: Node) => readonly ProgramKind[] {
  const shells = new Set<Inode>();
  const boxes = new Set<Inode>();
  for (const { path, node } of walk(tree)) {
    const name = PROGRAMS.exec(path)?.[1];
    if (name === undefined || !isProgram(node) || !SHELL.test(name)) continue;
    (BOX.test(name) ? boxes : shells).add(node.inode);
  }
  for (const box of boxes) shells.delete(box);
  return (path, node) => {
    const { kind } = node.inode;
    if (PIP.test(path) && kind === "file") return ["package manager"];
    const name = PROGRAMS.exec(path)?.[1];
    if (name === undefined || (kind !== "file" && kind !== "symlink")) return [];
    const end = kind === "symlink" ? resolve(tree, path)?.node : node;
    if (!end || !isProgram(end)) return [];
    return [
      ...(SHELL.test(name) || shells.has(end.inode) ? (["shell"] as const) : []),
      ...(PACKAGE_MANAGER.test(name) ? (["package manager"] as const) : []),
      ...(COMPILER.test(name) ? (["compiler"] as const) : []),
    ];
  };
}

function isProgram({ inode }: Node): boolean {
  return inode.kind === "file" && (inode.mode & 0o111) !== 0;
}
