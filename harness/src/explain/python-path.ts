/** Where Python looks for modules (the docs' "The initialization of the sys.path module search path"), as far as a tree tells. */
import { posix } from "node:path";
import { resolve, walk, type Place, type Tree } from "../measure/tree/tree.ts";
import { absolutePath, argvOf, commandFile, shellLine, variable } from "./argv.ts";
import type { Evidence, Side } from "./evidence.ts";

/** A module that lies in a tree. */
export interface Found {
  /** The module: a file, or the folder of a package. */
  readonly path: string;
  /** The folder that would have to be searched for it. */
  readonly root: string;
}

/**
 * Every place where a tree has a Python module (`yaml`, `flask.json`), those where packages are installed first. What lies
 * inside another package, as what pip brings along for itself, is found under that one's name only.
 */
export function pythonModules(tree: Tree, name: string): readonly Found[] {
  const own = name.replaceAll(".", "/");
  const native = new RegExp(`/${own.replaceAll(/[+-]/g, String.raw`\$&`)}\\.(?:[\\w-]+\\.)?so$`);
  const found: Found[] = [];
  for (const { path, node } of walk(tree)) {
    if (node.inode.kind === "directory") continue;
    const end = [`/${own}.py`, `/${own}/__init__.py`].find((it) => path.endsWith(it));
    const length = end?.length ?? native.exec(path)?.[0].length;
    if (length === undefined || /^\/(?:proc|sys)\//.test(path)) continue;
    const root = path.slice(0, -length);
    if (resolve(tree, `${root}/__init__.py`)) continue;
    found.push({ path: path.replace(/\/__init__\.py$/, ""), root: root || "/" });
  }
  return found.sort((a, b) => Number(isInstalled(b.root)) - Number(isInstalled(a.root)));
}

/** Whether a folder is one that Python's installers put packages into by themselves. */
export function isInstalled(folder: string): boolean {
  return /\/(?:site|dist)-packages$/.test(folder);
}

/** What a side searches: its interpreter, where that can be told, and the folders. */
export interface Search {
  readonly interpreter: string | null;
  readonly folders: ReadonlySet<string>;
  /** The folders of PYTHONPATH, as they are written. */
  readonly asked: readonly string[];
}

export function pythonSearch(evidence: Evidence, side: Side): Search {
  const asked = (variable(evidence, side, "PYTHONPATH") ?? "").split(":").filter(Boolean);
  const script = argvOf(evidence, side).find((it) => it.endsWith(".py"));
  const first = script === undefined ? "." : posix.dirname(script);
  const folders = new Set([first, ...asked].map((it) => absolutePath(side, it)));
  const names = interpreterOf(evidence, side);
  for (const path of names) {
    const [, prefix, version] = /^(.*)\/bin\/python(\d+\.\d+)?/.exec(path) ?? [];
    if (prefix === undefined) continue;
    for (const it of version ? [version] : versionsBelow(side.tree, prefix)) {
      folders.add(`${prefix}/lib/python${it}/site-packages`);
      folders.add(`/usr/local/lib/python${it}/dist-packages`); // Debian's own Python has these two
    }
    if (prefix === "/usr") folders.add("/usr/lib/python3/dist-packages");
  }
  return { interpreter: names[0] ?? null, folders, asked };
}

function versionsBelow(tree: Tree, prefix: string): readonly string[] {
  const names = [...(resolve(tree, `${prefix}/lib`)?.node.children?.keys() ?? [])];
  return names.flatMap((it) => /^python(\d+\.\d+)$/.exec(it)?.[1] ?? []);
}

/** Scripts may be run by scripts; five are followed, as execve(2) does. */
const MOST_SCRIPTS = 5;

/** The Python that a side's command ends up with: the file, and the name that it is called by; empty for none. */
function interpreterOf(evidence: Evidence, side: Side): readonly string[] {
  const argv = argvOf(evidence, side);
  let command = shellLine(argv)?.trim().split(/\s+/)[0] ?? argv[0];
  for (let depth = 0; depth < MOST_SCRIPTS && command !== undefined; depth++) {
    const file: Place | null = commandFile(evidence, side, command);
    if (file === null) return [];
    // A virtual environment is known by the name of its link alone.
    if (/\/python[\d.]*$/.test(file.path))
      return command.includes("/") ? [file.path, absolutePath(side, command)] : [file.path];
    const words: readonly string[] = file.node.inode.content?.interpreter?.split(/\s+/) ?? [];
    command = words[0]?.endsWith("/env")
      ? words.slice(1).find((it) => !it.startsWith("-"))
      : words[0];
  }
  return [];
}
