import type { Anatomy, Findings } from "../../model/anatomy.ts";
import { links } from "../tree/links.ts";
import { isSource } from "./sources.ts";
import type { TarEntry } from "../tar/tar-entry.ts";

/** Collects what of a file system makes it larger to attack than a program needs, from its entries' headers alone. */
export interface Surface {
  add(path: string, entry: TarEntry): void;
  /** To be called once, after the last entry. */
  all(): Omit<Anatomy, "packages">;
}

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
export function surface(): Surface {
  const shells = findings();
  const packageManagers = findings();
  const compilers = findings();
  const sources = findings();
  const symbolic = links();

  function addProgram(path: string, target: string): void {
    const name = PROGRAMS.exec(path)?.[1];
    if (name === undefined) return;
    if (SHELL.test(name) || isShell(target)) shells.add(path);
    if (PACKAGE_MANAGER.test(name)) packageManagers.add(path);
    if (COMPILER.test(name)) compilers.add(path);
  }

  return {
    add(path, entry) {
      symbolic.add(path, entry);
      if (isSource(path, entry.kind)) sources.add(path);
      if (PIP.test(path) && entry.kind === "file") packageManagers.add(path);
      const file = entry.kind === "file" || entry.kind === "link";
      if (file && (entry.mode & 0o111) !== 0) addProgram(path, entry.linkname);
    },
    all() {
      for (const [link, end] of symbolic.ends()) if (end !== null) addProgram(link, end);
      return {
        shells: shells.all(),
        packageManagers: packageManagers.all(),
        compilers: compilers.all(),
        sources: sources.all(),
      };
    },
  };
}

function isShell(target: string): boolean {
  const name = target.slice(target.lastIndexOf("/") + 1);
  return SHELL.test(name) && !/^(?:busy|toy)box/.test(name);
}

const MOST_PATHS = 20;
/** Linux' PATH_MAX: nothing can be opened by a longer one. */
const LONGEST_PATH = 4096;

/** Counts all paths and keeps the first ones in the order of code units. */
function findings(): { add(path: string): void; all(): Findings } {
  const paths: string[] = [];
  let count = 0;
  return {
    add(path) {
      count++;
      const last = paths.at(MOST_PATHS - 1);
      if (last !== undefined && path >= last) return;
      paths.push(path.slice(0, LONGEST_PATH));
      paths.sort();
      paths.splice(MOST_PATHS);
    },
    all: () => ({ count, paths }),
  };
}
