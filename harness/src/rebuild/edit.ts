/**
 * An edit changes the bytes of a file and not what it means: a comment at its end where its language has comments,
 * blanks where it has none. Each edit carries a mark, so that no two are the same.
 */
import { basename, extname } from "node:path";
import { InputError } from "../model/error.ts";

/** Where each kind of comment is written: extensions, and names of files that have none or another's. */
const COMMENTS: readonly (readonly [begin: string, end: string, files: string])[] = [
  [
    "#",
    "",
    ".py .pyi .rb .gemspec .sh .bash .zsh .fish .pl .pm .r .ex .exs .jl .nim .cr .tcl .coffee .yaml .yml .toml .conf .cfg" +
      " .in .env .mk .cmake .txt .lock .lockfile Makefile Gemfile Pipfile Rakefile Procfile gradle.lockfile yarn.lock",
  ],
  [
    "//",
    "",
    ".go .mod .js .mjs .cjs .jsx .ts .mts .cts .tsx .java .kt .kts .scala .sc .sbt .groovy .gradle .c .h .cc .cpp .cxx" +
      " .hpp .cs .fs .fsx .swift .rs .dart .zig .v .d .proto .scss .less .jsonc .json5 .php",
  ],
  ["--", "", ".lua .hs .sql .elm .adb .ads"],
  ["%", "", ".erl .hrl"],
  [";", "", ".clj .cljs .lisp .scm .ini"],
  ["/*", " */", ".css"],
  ["<!--", " -->", ".xml .html .htm .vue .svelte .svg .csproj .fsproj .vbproj .props .targets .md"],
];

/** Files in which blanks at the end mean nothing and comments do not exist. */
const BLANKS = ".json go.sum Gemfile.lock composer.lock Pipfile.lock";

/** Whether an edit of such a file can be made. */
export function canEdit(path: string, content: Uint8Array | null = null): boolean {
  return syntaxOf(path, content) !== null;
}

/**
 * The file with an edit that carries `mark` (digits, letters and single dashes).
 * @throws InputError when its language is not known, or it is no text of single bytes or UTF-8.
 */
export function edited(path: string, content: Buffer, mark: string): Buffer {
  const syntax = syntaxOf(path, content);
  if (syntax === null)
    throw new InputError(`${path}: how a comment is written in such a file is not known`);
  if (content.includes(0))
    throw new InputError(`${path}: not a text that a comment could be added to`);
  const line = content.includes("\r\n") ? "\r\n" : "\n";
  const at = endOfProgram(path, content);
  const before = content.subarray(0, at);
  const gap = before.length === 0 || before.at(-1) === 0x0a ? "" : line;
  const text =
    syntax === "blanks" ? blanks(mark) : `${syntax.begin} slimproof rebuild ${mark}${syntax.end}`;
  return Buffer.concat([before, Buffer.from(`${gap}${text}${line}`), content.subarray(at)]);
}

type Syntax = { readonly begin: string; readonly end: string } | "blanks";

function syntaxOf(path: string, content: Uint8Array | null): Syntax | null {
  const name = basename(path);
  const ending = extname(name).toLowerCase();
  const has = (files: string, it: string): boolean => it !== "" && files.split(" ").includes(it);
  for (const it of [name, ending]) {
    if (has(BLANKS, it)) return "blanks";
    const found = COMMENTS.find(([, , files]) => has(files, it));
    if (found) return { begin: found[0], end: found[1] };
  }
  // A script without an ending says on its first line what reads it.
  const first = content ? Buffer.from(content.subarray(0, 200)).toString("latin1") : "";
  const [, reader] = /^#!.*?\b(sh|bash|ash|dash|python|ruby|perl|node|deno|bun)/.exec(first) ?? [];
  if (reader === undefined) return null;
  return { begin: ["node", "deno", "bun"].includes(reader) ? "//" : "#", end: "" };
}

/** Where a comment may stand last: before what Perl and Ruby read as data, inside PHP's tags. */
function endOfProgram(path: string, content: Buffer): number {
  const text = content.toString("latin1"); // one character a byte, so that positions are the same
  const ending = extname(path).toLowerCase();
  if ([".pl", ".pm", ".rb", ".php"].includes(ending)) {
    if (ending === ".php") {
      const open = /<\?php[^\n]*\n/.exec(text);
      return open && text.lastIndexOf("?>") > text.lastIndexOf("<?")
        ? open.index + open[0].length
        : content.length;
    }
    const data = /^__(?:END|DATA)__\r?$/m.exec(text);
    if (data) return data.index;
  }
  return content.length;
}

/** The mark in spaces and tabs, eight for each of its characters. */
function blanks(mark: string): string {
  return [...Buffer.from(mark)]
    .flatMap((byte) => [...byte.toString(2).padStart(8, "0")])
    .map((bit) => (bit === "1" ? "\t" : " "))
    .join("");
}
