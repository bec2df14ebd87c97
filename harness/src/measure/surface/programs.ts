import type { Inode } from "../tree/inode.ts";
import type { Survey } from "../tree/survey.ts";
import { resolve, type Node, type Place, type Tree } from "../tree/tree.ts";

/** What a program is for that an attacker would like to find. */
export type ProgramKind = "shell" | "package manager" | "compiler";

interface Program extends Place {
  readonly kind: ProgramKind;
}

/** Folders of programs. busybox has one of its own in distroless' debug images, and a lone binary is often put at the root. */
const PROGRAMS = ["/bin", "/sbin", "/busybox"];

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
const PIP = ["/site-packages/pip/__main__.py", "/dist-packages/pip/__main__.py"];
/** One program with a command for each of its names. */
const BOX = /^(?:busy|toy)box/;

/**
 * Finds the programs of a tree that can be used for something, each with what that is. Shells, package managers and compilers count by their names, as files
 * that someone may execute, or as links to any such file, in a folder of programs. A link that ends at a shell is one under
 * any name, save that busybox' other applets are none; one that leads nowhere can't be run.
 */
export function programSurvey(tree: Tree): Survey<readonly Program[]> {
  /** Names in folders of programs; which of them end at a shell is known when all shells are. */
  const candidates: (Place & { readonly name: string })[] = [];
  const found: Program[] = [];
  const shells = new Set<Inode>();
  const boxes = new Set<Inode>();
  return {
    look(path, node) {
      const { kind } = node.inode;
      if (kind !== "file" && kind !== "symlink") return;
      if (kind === "file" && endsWithOne(path, path.length, PIP)) {
        found.push({ path, node, kind: "package manager" });
        return;
      }
      const slash = path.lastIndexOf("/");
      if (slash > 0 && !endsWithOne(path, slash, PROGRAMS)) return;
      const name = path.slice(slash + 1);
      candidates.push({ path, node, name });
      if (isProgram(node) && SHELL.test(name)) (BOX.test(name) ? boxes : shells).add(node.inode);
    },
    result() {
      for (const box of boxes) shells.delete(box);
      for (const { path, node, name } of candidates) {
        const end = node.inode.kind === "symlink" ? resolve(tree, path)?.node : node;
        if (!end || !isProgram(end)) continue;
        const add = (kind: ProgramKind): void => void found.push({ path, node, kind });
        if (SHELL.test(name) || shells.has(end.inode)) add("shell");
        if (PACKAGE_MANAGER.test(name)) add("package manager");
        if (COMPILER.test(name)) add("compiler");
      }
      return found;
    },
  };
}

/** Whether the part of a path before `end` ends with one of these. */
function endsWithOne(path: string, end: number, parts: readonly string[]): boolean {
  for (let at = 0; at < parts.length; at++)
    if (path.endsWith(parts[at] as string, end)) return true;
  return false;
}

function isProgram({ inode }: Node): boolean {
  return inode.kind === "file" && (inode.mode & 0o111) !== 0;
}
