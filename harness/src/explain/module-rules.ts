import { posix } from "node:path";
import { resolve, walk, type Tree } from "../measure/tree/tree.ts";
import { variable } from "./argv.ts";
import { named } from "./clues.ts";
import { STRENGTH, type Evidence, type Finding } from "./evidence.ts";
import {
  isInstalled,
  pythonModules,
  pythonSearch,
  type Found,
  type Search,
} from "./python-path.ts";
import { copyLine, envLine } from "./recipe.ts";

/** Packages of the program's language that it could not load. */
export function moduleRules(evidence: Evidence): readonly Finding[] {
  const lines = evidence.said.came;
  const python = named(
    lines,
    /No module named '?([\w.]+)/g,
    /ImportError: cannot import name '[^']+' from '([\w.]+)'/g,
  );
  const others = named(
    lines,
    /(?:DistributionNotFound|PackageNotFoundError): (?:No package metadata was found for )?'?([\w.-]+)/g,
    /Cannot find (?:module|package) '([^']+)'/g,
    /cannot load such file -- ([\w/.-]+)/g,
    /ClassNotFoundException: ([\w.$]+)/g,
  );
  return [
    ...python.flatMap((name) => pythonRules(evidence, name)),
    ...others.flatMap((name) => otherRules(evidence, name)),
  ];
}

function pythonRules(evidence: Evidence, name: string): readonly Finding[] {
  const { baseline, candidate } = evidence;
  const [theirs] = pythonModules(baseline.tree, name);
  // A folder without an __init__.py, or a link to one, is a package too.
  if (!theirs) return otherRules(evidence, name);
  const installed = isInstalled(theirs.root);
  const all = pythonModules(candidate.tree, name);
  const search = pythonSearch(evidence, candidate);
  if (all.length > 0) return outOfSight(evidence, name, theirs, all, search);
  return [
    {
      id: installed ? "missing-module" : "missing-file",
      evidence: `the candidate's program asks for ${name}, which the baseline has at ${theirs.path} and the candidate does not`,
      mend: installed
        ? packagesLine(evidence, theirs.root, search)
        : copyLine(baseline, candidate, theirs.path),
      strength: STRENGTH.named,
    },
  ];
}

/** Brings the folder of packages that the candidate's Python searches, or the baseline's with word of where it lies. */
function packagesLine({ baseline, candidate }: Evidence, root: string, search: Search): string {
  const absent = search.asked.find((it) => resolve(candidate.tree, it) === null);
  if (absent !== undefined) return copyLine(baseline, candidate, absent);
  const copy = copyLine(baseline, candidate, root);
  if (search.interpreter === null || search.folders.has(root)) return copy;
  return `${copy} and ${envLine("PYTHONPATH", [...search.asked, root].join(":"))}`;
}

/** A module that is there, in a folder that the candidate's Python does not search. */
function outOfSight(
  evidence: Evidence,
  name: string,
  theirs: Found,
  all: readonly Found[],
  search: Search,
): readonly Finding[] {
  if (all.some(({ root }) => search.folders.has(root))) return [];
  const before = pythonSearch(evidence, evidence.baseline).asked;
  const ours = all.find(({ root }) => before.includes(root)) ?? all[0];
  if (ours === undefined) return [];
  const was = variable(evidence, evidence.baseline, "PYTHONPATH");
  if (was !== null && before.includes(ours.root))
    return [
      {
        id: search.asked.length === 0 ? "lost-env" : "changed-env",
        evidence: `the baseline has ENV PYTHONPATH=${was}, the candidate ${search.asked.length === 0 ? "does not" : `has ${search.asked.join(":")}`}; ${name} lies at ${ours.path}`,
        mend: envLine("PYTHONPATH", was),
        strength: STRENGTH.named + 1,
      },
    ];
  // Where the interpreter is not known, the folder may be one that it searches by itself.
  if (!isInstalled(theirs.root) || (search.interpreter === null && isInstalled(ours.root)))
    return [];
  return [
    {
      id: "missing-module",
      evidence: `${name} is at ${theirs.path} in the baseline and at ${ours.path} in the candidate, where ${search.interpreter ?? "its Python"} does not look`,
      mend: envLine("PYTHONPATH", [...search.asked, ours.root].join(":")),
      strength: STRENGTH.named,
    },
  ];
}

/** What is found by its name alone, of whatever language. */
function otherRules(evidence: Evidence, name: string): readonly Finding[] {
  const { baseline, candidate } = evidence;
  const theirs = moduleIn(baseline.tree, name);
  if (theirs === null) return [];
  const installed = LANGUAGE.test(theirs);
  const ours = moduleIn(candidate.tree, name);
  if (ours !== null) return nodePath(evidence, name);
  return [
    {
      id: installed ? "missing-module" : "missing-file",
      evidence: `the candidate's program asks for ${name}, which the baseline has at ${theirs} and the candidate does not`,
      mend: copyLine(baseline, candidate, installed ? packageRoot(theirs) : theirs),
      strength: STRENGTH.named,
    },
  ];
}

/** A package that lies in a folder of the baseline's NODE_PATH, which the candidate does not search. */
function nodePath(evidence: Evidence, name: string): readonly Finding[] {
  const { baseline, candidate } = evidence;
  const was = variable(evidence, baseline, "NODE_PATH");
  const is = variable(evidence, candidate, "NODE_PATH");
  const searched = new Set((is ?? "").split(":"));
  const folder = was
    ?.split(":")
    .find((it) => !searched.has(it) && it !== "" && resolve(candidate.tree, `${it}/${name}`));
  if (was === null || folder === undefined) return [];
  return [
    {
      id: is === null ? "lost-env" : "changed-env",
      evidence: `the baseline has ENV NODE_PATH=${was}, the candidate ${is === null ? "does not" : `has ${is}`}; ${name} lies at ${folder}/${name}`,
      mend: envLine("NODE_PATH", was),
      strength: STRENGTH.named + 1,
    },
  ];
}

/** Where languages keep what was installed, rather than the program's own files. */
const LANGUAGE = /\/(?:site-packages|dist-packages|node_modules|gems)\//;

/** The folder of installed packages that something lies in. */
function packageRoot(path: string): string {
  return /^(.*?\/(?:site-packages|dist-packages|node_modules))\//.exec(path)?.[1] ?? path;
}

function moduleIn(tree: Tree, name: string): string | null {
  const python = name.replaceAll(".", "/");
  const own = name.startsWith(".") || name.startsWith("/");
  const wanted = own
    ? [posix.basename(name), `${posix.basename(name)}.js`]
    : [`${python}.py`, `${python}/__init__.py`, `${name}/package.json`, `${name}.js`, python];
  const whole = own && name.startsWith("/") ? resolve(tree, name) : null;
  if (whole) return whole.path;
  let other: string | null = null;
  for (const { path, node } of walk(tree)) {
    if (node.inode.kind === "directory" && !LANGUAGE.test(path)) continue;
    if (wanted.some((end) => path.endsWith(`/${end}`)) && !/\/(?:proc|sys)\//.test(path)) {
      // What is installed is what is loaded; the same may lie about in sources or in an unpacked archive.
      const found = path.replace(/\/(?:__init__\.py|package\.json)$/, "");
      if (LANGUAGE.test(path)) return found;
      other ??= found;
    }
    if (
      LANGUAGE.test(path) &&
      new RegExp(`/${RegExp.escape(python)}\\.(?:[\\w.-]+\\.)?so$`).test(path)
    )
      return path;
  }
  return other;
}
