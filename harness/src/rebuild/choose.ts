/** Which of a context's files is a source and which a dependency list: by their names, and by what Dockerfiles copy. */
import { posix } from "node:path";
import { canEdit } from "./edit.ts";

const { basename, extname, join } = posix;

/** One file that some image is built from. */
export interface Candidate {
  /** From the folder, with slashes. */
  readonly path: string;
  readonly bytes: number;
  /** How many of the images are built from it. */
  readonly images: number;
}

/** Names of dependency lists, those that people edit before those that tools write. */
const LISTS = [
  /^requirements[^/]*\.txt$/,
  /^pyproject\.toml$/,
  /^Pipfile$/,
  /^package\.json$/,
  /^go\.mod$/,
  /^Cargo\.toml$/,
  /^pom\.xml$/,
  /^build\.gradle(\.kts)?$/,
  /^Gemfile$/,
  /^composer\.json$/,
  /\.(cs|fs|vb)proj$/,
  /^mix\.exs$/,
  /^Package\.swift$/,
  /^(poetry|uv|Pipfile|Gemfile|composer|yarn|Cargo)\.lock$/,
  /^(package-lock\.json|npm-shrinkwrap\.json|pnpm-lock\.yaml|go\.sum)$/,
];

/** Extensions of program files. */
const PROGRAMS = new Set(
  (
    ".py .rb .pl .go .js .mjs .cjs .jsx .ts .mts .cts .tsx .java .kt .scala .groovy .c .cc .cpp .cxx .h .hpp .cs .fs" +
    " .swift .rs .dart .zig .php .lua .hs .ex .exs .erl .clj .jl .nim .cr .sh .r"
  ).split(" "),
);

const TESTS = /(^|\/)(tests?|__tests__|spec)\/|(^|\/)(test_[^/]*|[^/]*[._-](test|spec))\.[^./]+$/;

/** Whether `path` (from the context) is what a COPY of this source takes, or lies in it. */
export function isCopied(path: string, source: string): boolean {
  const pattern = join("/", source).replace(/\/+$/, ""); // `.`, `./x/` and `/x` all start at the context
  const file = `/${path}`;
  if (pattern === "" || file === pattern || file.startsWith(`${pattern}/`)) return true;
  // A pattern that matches a folder takes all of it.
  const matching = matcher(pattern);
  return matching !== null && folders(file).some((it) => matching.test(it));
}

/** As Go's filepath.Match has it: `*` and `?` stop at a slash, and also take names that begin with a dot. */
function matcher(pattern: string): RegExp | null {
  const source = pattern.replaceAll(
    /\[(\^?)((?:\\.|[^\]\\])+)\]|\\(.)|[*?]|[\\^$.|+(){}[\]]/gs,
    (found, not: string | undefined, set: string | undefined, literal: string | undefined) => {
      if (set !== undefined) return `[${not ?? ""}${set.replaceAll("[", "\\[")}]`;
      if (literal !== undefined) return `\\${literal}`.replace(/\\(\w)/, "$1");
      return found === "*" ? "[^/]*" : found === "?" ? "[^/]" : `\\${found}`;
    },
  );
  try {
    return new RegExp(`^${source}$`, "s");
  } catch {
    return null; // `[z-a]`: the engine will say what it thinks of it
  }
}

/** `/a/b/c`, `/a/b`, `/a`. */
function folders(file: string): readonly string[] {
  const parts = file.split("/").slice(1);
  return parts.map((_, at) => `/${parts.slice(0, parts.length - at).join("/")}`);
}

/** The dependency list that most images are built from: the least deep, then by `LISTS`; null when there is none. */
export function chooseList(candidates: readonly Candidate[]): string | null {
  const rank = ({ path }: Candidate): number => LISTS.findIndex((it) => it.test(basename(path)));
  return first(
    candidates.filter((it) => rank(it) >= 0),
    (it) => [-it.images, depth(it), rank(it)],
  );
}

/**
 * The source that most images are built from: first one whose name the command says, then no test, then one of the
 * language that has most bytes, then the largest. null when there is none.
 */
export function chooseSource(
  candidates: readonly Candidate[],
  commands: readonly string[],
): string | null {
  const sources = candidates.filter(
    ({ path }) =>
      PROGRAMS.has(extname(path).toLowerCase()) &&
      canEdit(path) &&
      !LISTS.some((it) => it.test(basename(path))),
  );
  const bytes = new Map<string, number>();
  for (const { path, bytes: size } of sources)
    bytes.set(extname(path), (bytes.get(extname(path)) ?? 0) + size);
  const words = commands.flatMap((it) => it.split(/[\s=]+/));
  return first(sources, (it) => [
    -it.images,
    naming(it.path, words),
    TESTS.test(it.path) ? 1 : 0,
    -(bytes.get(extname(it.path)) ?? 0),
    -it.bytes,
    depth(it),
  ]);
}

/** 0 when a command says the file's name, 1 when it says its module (`app:main`, `-m pkg.app`, `./app`), 2 otherwise. */
function naming(path: string, words: readonly string[]): number {
  const name = basename(path);
  if (words.some((it) => basename(it) === name)) return 0;
  const stem = name.slice(0, name.length - extname(name).length);
  return words.some((it) => it.split(/[:./]/).includes(stem)) ? 1 : 2;
}

function depth({ path }: Candidate): number {
  return path.split("/").length;
}

/** The path of the candidate that comes first by these numbers, then by name. */
function first(
  candidates: readonly Candidate[],
  order: (it: Candidate) => readonly number[],
): string | null {
  const sorted = candidates
    .map((it) => ({ path: it.path, keys: order(it) }))
    .toSorted((one, other) => {
      const at = one.keys.findIndex((key, nth) => key !== other.keys[nth]);
      if (at < 0) return one.path < other.path ? -1 : 1;
      return (one.keys[at] ?? 0) - (other.keys[at] ?? 0);
    });
  return sorted[0]?.path ?? null;
}
