import { posix } from "node:path";
import { locate, resolve, walk, type Place, type Tree } from "../measure/tree/tree.ts";
import { absolutePath, argvOf, commandFile, isShell } from "./argv.ts";
import { named, says } from "./clues.ts";
import { STRENGTH, type Evidence, type Finding } from "./evidence.ts";
import { libraryIn } from "./program-rules.ts";
import { copyLine, octal } from "./recipe.ts";
import { isSystem } from "./system.ts";

/** Libraries that the candidate's message names, in the baseline alone. */
export function libraryRules(evidence: Evidence): readonly Finding[] {
  const { baseline, candidate } = evidence;
  const names = named(evidence.said.came, /\b((?:lib|ld-)[\w+.-]*\.so(?:\.\d+)*)/g);
  return names.flatMap((name) => {
    const theirs = libraryIn(baseline, name);
    if (theirs === null || libraryIn(candidate, name) !== null) return [];
    return [
      {
        id: "missing-library" as const,
        evidence: `the baseline has ${name} at ${theirs}, the candidate lacks it`,
        mend: copyLine(baseline, candidate, theirs),
        strength: STRENGTH.named,
      },
    ];
  });
}

/** Packages of the program's language that it could not load. */
export function moduleRules(evidence: Evidence): readonly Finding[] {
  const { baseline, candidate } = evidence;
  const lines = evidence.said.came;
  const names = named(
    lines,
    /No module named '?([\w.]+)/g,
    /ImportError: cannot import name '[^']+' from '([\w.]+)'/g,
    /(?:DistributionNotFound|PackageNotFoundError): (?:No package metadata was found for )?'?([\w.-]+)/g,
    /Cannot find (?:module|package) '([^']+)'/g,
    /cannot load such file -- ([\w/.-]+)/g,
    /ClassNotFoundException: ([\w.$]+)/g,
  );
  return names.flatMap((name) => {
    const theirs = moduleIn(baseline.tree, name);
    if (theirs === null) return [];
    const installed = LANGUAGE.test(theirs);
    const ours = moduleIn(candidate.tree, name);
    if (ours !== null) return installed ? outOfSight(evidence, name, ours) : [];
    return [
      {
        id: installed ? ("missing-module" as const) : ("missing-file" as const),
        evidence: `the candidate's program asks for ${name}, which the baseline has at ${theirs} and the candidate does not`,
        mend: copyLine(baseline, candidate, installed ? packageRoot(theirs) : theirs),
        strength: STRENGTH.named,
      },
    ];
  });
}

/** A Python package below another prefix than the interpreter's: sys.path holds its own `lib` alone (Python's site module). */
function outOfSight(evidence: Evidence, name: string, path: string): readonly Finding[] {
  const { candidate } = evidence;
  const prefix = /^(.*)\/lib\/python[\d.]+\//.exec(path)?.[1];
  const [command = ""] = argvOf(evidence, candidate);
  const program = commandFile(evidence, candidate, command)?.path;
  const home = program && /^(.*)\/bin\/python[\d.]*$/.exec(program)?.[1];
  if (prefix === undefined || home === undefined || home === prefix) return [];
  return [
    {
      id: "missing-module",
      evidence: `the candidate has ${name} at ${path}, where ${program} does not look`,
      mend: `ENV PYTHONPATH=${/^(.*?\/(?:site|dist)-packages)/.exec(path)?.[1] ?? path}`,
      strength: STRENGTH.named,
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
    if (LANGUAGE.test(path) && new RegExp(`/${escaped(python)}\\.(?:[\\w.-]+\\.)?so$`).test(path))
      return path;
  }
  return other;
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

/** Programs that the candidate's program wanted to run. */
export function commandRules(evidence: Evidence): readonly Finding[] {
  const { baseline, candidate } = evidence;
  const names = named(
    evidence.said.came,
    /(?:^|: )(?:line )?\d*:? ?([\w./+-]+): (?:command )?not found/g,
    /exec: "([^"]+)": (?:executable file not found|stat )/g,
    /fork\/exec ([^\s:]+): no such file/g,
    /spawn(?:Sync)? (\S+) ENOENT/g,
    /\[Errno 2\] No such file or directory: '([^'/]+)'/g,
    /exec: ([\w./+-]+): not found/g,
    /env: [‘'"]?([\w./+-]+)[’'"]?: No such file/g,
  );
  return names.flatMap((name): readonly Finding[] => {
    const theirs = commandFile(evidence, baseline, name);
    if (!theirs || commandFile(evidence, candidate, name)) return [];
    return [
      {
        id: isShell(name) ? "missing-shell" : "missing-file",
        evidence: `the candidate's program runs ${name}, which the baseline has at ${theirs.path} and the candidate does not`,
        mend: isShell(name)
          ? "a base image with that shell, or a program that does without"
          : `install it in the last stage, or ${copyLine(baseline, candidate, theirs.path)} with the libraries it needs`,
        strength: STRENGTH.named,
      },
    ];
  });
}

const DENIED =
  /permission denied|EACCES|EPERM|operation not permitted|read-?only|EROFS|not writable|cannot (?:create|write)/i;

/** Files that the candidate's message names, or that the probe asks for: in the baseline alone, or not the same. */
export function pathRules(evidence: Evidence): readonly Finding[] {
  const { baseline, candidate } = evidence;
  const lines = evidence.said.came;
  const asked = evidence.probe?.kind === "http" ? [evidence.probe.path.split("?")[0] ?? ""] : [];
  const words = named(
    lines,
    /((?:\.{0,2}\/)?(?:[\w@+~-][\w.@+~-]*\/)*[\w@+~-]*\.[A-Za-z]\w{0,9})(?![\w/])/g,
    /(?<![\w.@+~-])((?:\.{1,2})?\/[\w.@+~/-]+)/g, // the slash of text/plain begins no path
    /[‘'"]([\w.@+~/-]{2,200})[’'"]/g,
  );
  const findings: Finding[] = [];
  for (const word of [...words, ...asked]) {
    const strength = asked.includes(word) ? STRENGTH.kind : STRENGTH.named;
    const theirs = find(evidence, word);
    if (theirs === null) continue;
    const ours = locate(candidate.tree, theirs.path);
    if (ours === null) {
      if (isSystem(theirs.path) && !word.includes("/")) continue;
      findings.push({
        id: "missing-file",
        evidence: `${theirs.path} is in the baseline and not in the candidate`,
        mend: copyLine(baseline, candidate, theirs.path),
        strength,
      });
    } else {
      const [was, is] = [theirs.node.inode, ours.node.inode];
      if (
        was.mode !== is.mode &&
        (was.mode & 0o111) !== 0 &&
        (is.mode & 0o111) === 0 &&
        is.kind === "file"
      )
        findings.push({
          id: "not-executable",
          evidence: `${theirs.path} has mode ${octal(is.mode)} in the candidate, ${octal(was.mode)} in the baseline`,
          mend: `COPY --chmod=${(was.mode & 0o777).toString(8)} …`,
          strength,
        });
      else if (was.hash !== is.hash && is.kind === "file")
        findings.push({
          id: "changed-file",
          evidence: `${theirs.path} has other content in the candidate`,
          mend: copyLine(baseline, candidate, theirs.path),
          strength: strength - 10,
        });
    }
  }
  return [...findings, ...(says(lines, DENIED) ? writableRules(evidence, words) : [])];
}

/** What a name stands for in the baseline: a path, one from the working folder, or the only application file that ends so. */
function find({ baseline }: Evidence, word: string): Place | null {
  if (word === "/" || word === "." || word === "..") return null;
  const place = locate(baseline.tree, absolutePath(baseline, word));
  if (place && place.path !== "/") return place;
  const end = `/${word.replace(/^(?:\.{0,2}\/)+/, "")}`;
  if (end.length < 4 || word.length > 200) return null;
  let only: Place | null = null;
  for (const found of walk(baseline.tree)) {
    if (!found.path.endsWith(end) || isSystem(found.path) || found.node.children) continue;
    if (only) return null;
    only = found;
  }
  return only;
}

/** Places that the candidate's user may not write to, and the baseline's may. */
function writableRules(evidence: Evidence, words: readonly string[]): readonly Finding[] {
  const { baseline, candidate, run } = evidence;
  if (run.readOnly) return [];
  const [was, is] = [userOf(evidence, baseline), userOf(evidence, candidate)];
  const paths = new Set(words.map((word) => absolutePath(candidate, word)));
  const findings: Finding[] = [];
  for (const path of [...paths, ...below(candidate)]) {
    // A file that is to be made needs its folder to be writable.
    const ours = resolve(candidate.tree, path) ?? resolve(candidate.tree, posix.dirname(path));
    const theirs = resolve(baseline.tree, path) ?? resolve(baseline.tree, posix.dirname(path));
    if (!ours || !theirs || ours.path !== theirs.path) continue;
    const { inode } = ours.node;
    if (mayWrite(was, theirs) && !mayWrite(is, ours))
      findings.push({
        id: "not-writable",
        evidence: `${ours.path} belongs to ${inode.uid}:${inode.gid} with mode ${octal(inode.mode)} in the candidate, which runs as ${is}; the baseline runs as ${was} and may write to it`,
        mend: `COPY --chown=${is} … for what is to be written to, or RUN chown ${is} ${ours.path} in a build stage`,
        strength: paths.has(path) ? STRENGTH.named + 5 : STRENGTH.symptom,
      });
  }
  return findings.slice(0, 3);
}

/** The working folder and what lies in it: where programs write when they say no path. */
function* below({ config, tree }: Evidence["candidate"]): Generator<string> {
  const home = config.workdir || "/";
  yield home;
  const folder = resolve(tree, home)?.node;
  if (home === "/" || !folder?.children) return;
  let left = 1000;
  for (const { path } of walk({ ...folder, children: folder.children }))
    if (left-- > 0 && !isSystem(`${home}${path}`)) yield `${home}${path}`;
}

function mayWrite(user: number, { node }: Place): boolean {
  const { mode, uid, gid } = node.inode;
  if (user === 0) return true;
  if (uid === user) return (mode & 0o200) !== 0;
  // A container's user has the group of its own number where USER names none, or 0.
  return (mode & 0o002) !== 0 || (gid === user && (mode & 0o020) !== 0);
}

/** The number of the user that a side runs as. */
export function userOf({ run }: Evidence, side: Evidence["candidate"]): number {
  const name = (run.user ?? side.config.user).split(":")[0] ?? "";
  if (name === "") return 0;
  if (/^\d+$/.test(name)) return Number(name);
  const users = resolve(side.tree, "/etc/passwd")?.node.inode.content?.users ?? [];
  return users.find((it) => it.name === name)?.uid ?? 0;
}

/** Programs that ask who they are, in an image that does not know its own user. */
export function userRules(evidence: Evidence): readonly Finding[] {
  const { baseline, candidate } = evidence;
  const lines = evidence.said.came;
  if (
    !says(
      lines,
      /unable to find user|no matching entries in passwd|uid not found|unknown user ?id|cannot find name for|I have no name|getpwuid|user: unknown|no such user|HOME.* not (?:set|defined)/i,
    )
  )
    return [];
  const known = (side: Evidence["candidate"]): boolean =>
    (resolve(side.tree, "/etc/passwd")?.node.inode.content?.users ?? []).some(
      (it) => it.uid === userOf(evidence, side),
    );
  if (known(candidate) || !known(baseline)) return [];
  const passwd = resolve(candidate.tree, "/etc/passwd") ? "does not list it" : "is not there";
  return [
    {
      id: "missing-user",
      evidence: `the candidate runs as user ${userOf(evidence, candidate)}, and its /etc/passwd ${passwd}; the baseline's lists its own`,
      mend: copyLine(baseline, candidate, "/etc/passwd"),
      strength: STRENGTH.named + 5,
    },
  ];
}
