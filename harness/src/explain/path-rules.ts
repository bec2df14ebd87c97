import { posix } from "node:path";
import { locate, resolve, walk, type Place, type Tree } from "../measure/tree/tree.ts";
import { absolutePath } from "./argv.ts";
import { named, says } from "./clues.ts";
import { STRENGTH, type Evidence, type Finding, type Side } from "./evidence.ts";
import { userOf } from "./message-rules.ts";
import { copyLine, octal } from "./recipe.ts";
import { isSystem } from "./system.ts";

const DENIED =
  /permission denied|EACCES|EPERM|operation not permitted|read-?only|EROFS|not writable|cannot (?:create|write)/i;

/** Files that the candidate's message names, or that the probe asks for: in the baseline alone, or not the same. */
export function pathRules(evidence: Evidence): readonly Finding[] {
  const { baseline, candidate, probe, said } = evidence;
  const asked = probe?.kind === "http" ? [probe.path.split("?")[0] ?? ""] : [];
  // A module has a name, and no path: a program may have the same one.
  const words = pathsIn(said.came.filter((line) => !line.includes("No module named")));
  const findings: Finding[] = [];
  for (const word of [...words, ...asked]) {
    const strength = asked.includes(word) ? STRENGTH.kind : STRENGTH.named;
    const theirs = find(evidence, word);
    if (theirs === null) continue;
    const ours = locate(candidate.tree, theirs.path);
    if (ours === null) {
      if (isSystem(theirs.path) && !word.includes("/")) continue;
      findings.push(missing(evidence, theirs, strength));
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
  const denied = says(said.came, DENIED) ? writableRules(evidence, words) : [];
  return [...findings, ...foldersMissing(evidence), ...denied, ...unmentioned(evidence)];
}

/** What in these lines may be a path or the name of a file. */
function pathsIn(lines: readonly string[]): readonly string[] {
  return named(
    lines,
    /((?:\.{0,2}\/)?(?:[\w@+~-][\w.@+~-]*\/)*[\w@+~-]*\.[A-Za-z]\w{0,9})(?![\w/])/g,
    /(?<![\w.@+~-])((?:\.{1,2})?\/[\w.@+~/-]+)/g, // the slash of text/plain begins no path
    /[‘'"]([\w.@+~/-]{2,200})[’'"]/g,
  );
}

function missing(evidence: Evidence, { path, node }: Place, strength: number): Finding {
  const { baseline, candidate } = evidence;
  const user = userOf(evidence, candidate);
  const flags = node.children && user !== 0 ? `--chown=${user} ` : ""; // a folder that is named is written to
  const whole = outermost(evidence, path);
  return {
    id: "missing-file",
    evidence: `${path} is in the baseline and not in the candidate`,
    mend: copyLine(baseline, candidate, whole, whole, flags),
    strength,
  };
}

/** The folder of the application that is missing with a path, or the path itself. */
export function outermost(evidence: Evidence, path: string): string {
  const { baseline, candidate } = evidence;
  const folder = posix.dirname(path);
  const inside = folder.startsWith(`${baseline.config.workdir}/`) || isOfVenv(baseline, folder);
  return inside && resolve(candidate.tree, folder) === null ? outermost(evidence, folder) : path;
}

/** Whether a folder is a venv of Python's, or the one of its programs. */
function isOfVenv({ tree }: Side, folder: string): boolean {
  return [folder, posix.dirname(folder)].some((it) => resolve(tree, `${it}/pyvenv.cfg`) !== null);
}

const NOT_THERE = /no such file|ENOENT|not found|(?:does not|doesn't) exist/i;

/** Folders that files are to be made in: only the baseline has them. */
function foldersMissing(evidence: Evidence): readonly Finding[] {
  const { baseline, candidate, said } = evidence;
  const words = pathsIn(said.came.filter((line) => NOT_THERE.test(line)));
  return words.flatMap((word) => {
    const path = posix.dirname(absolutePath(baseline, word));
    if (!word.includes("/") || path === "/" || isSystem(`${path}/`)) return [];
    const folder = resolve(baseline.tree, path);
    if (!folder?.node.children || resolve(candidate.tree, path) !== null) return [];
    if (find(evidence, word) !== null) return [];
    return [missing(evidence, { ...folder, path }, STRENGTH.named)];
  });
}

/** Files of the application that the baseline speaks of, and the candidate neither has nor speaks of. */
function unmentioned(evidence: Evidence): readonly Finding[] {
  const { candidate, said } = evidence;
  return pathsIn(said.gone).flatMap((word) => {
    const theirs = find(evidence, word);
    const lost = theirs && !isSystem(theirs.path) && locate(candidate.tree, theirs.path) === null;
    return lost ? [missing(evidence, theirs, STRENGTH.value)] : [];
  });
}

/** What a name stands for in the baseline: a path, one from the working folder, or the only application file that ends so. */
function find({ baseline }: Evidence, word: string): Place | null {
  if (word === "/" || word === "." || word === "..") return null;
  const place = locate(baseline.tree, absolutePath(baseline, word));
  if (place && place.path !== "/") return place;
  const end = `/${word.replace(/^(?:\.{0,2}\/)+/, "")}`;
  if (end.length < 4 || word.length > 200) return null;
  const [only, another] = (applicationFiles(baseline.tree).get(posix.basename(end)) ?? []).filter(
    ({ path }) => path.endsWith(end),
  );
  return another ? null : (only ?? null);
}

/** Kept as long as the tree: many words are looked up in it, for each fact anew. */
const known = new WeakMap<Tree, ReadonlyMap<string, readonly Place[]>>();

/** What is no folder and not the system's, by its name. */
function applicationFiles(tree: Tree): ReadonlyMap<string, readonly Place[]> {
  const before = known.get(tree);
  if (before) return before;
  const files = walk(tree).filter(({ path, node }) => !node.children && !isSystem(path));
  const found = Map.groupBy(files, ({ path }) => posix.basename(path));
  known.set(tree, found);
  return found;
}

/** Places that the candidate's user may not write to, and the baseline's may. */
function writableRules(evidence: Evidence, words: readonly string[]): readonly Finding[] {
  const { baseline, candidate, run, said } = evidence;
  if (run.readOnly) return [];
  const [was, is] = [userOf(evidence, baseline), userOf(evidence, candidate)];
  const absolute = (it: readonly string[]): ReadonlySet<string> =>
    new Set(it.map((word) => absolutePath(candidate, word)));
  const [refused, others] = [
    absolute(pathsIn(said.came.filter((line) => DENIED.test(line)))),
    absolute(words),
  ];
  const findings: Finding[] = [];
  for (const path of new Set([...refused, ...others, ...below(candidate)])) {
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
        strength: refused.has(path)
          ? STRENGTH.named + 5
          : others.has(path)
            ? STRENGTH.symptom + 5
            : STRENGTH.symptom,
      });
  }
  return findings.sort((a, b) => b.strength - a.strength).slice(0, 3);
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
