import { Buffer } from "node:buffer";

export interface GoModule {
  readonly name: string;
  readonly version: string;
}

/** Magic, pointer size, flags and, in the inline form, padding. */
const HEADER = 32;
const FLAGS = 15;
/** Flag of the form that Go writes since 1.18: two strings follow, each after its length as a varint. */
const INLINE = 2;
/** Length of what stands before and behind the list of modules (Go's cmd/go/internal/modload, infoStart and infoEnd). */
const FRAME = 16;

/**
 * The modules named by build information that begins with `bytes`: the program's own, its dependencies as replaced, and the
 * standard library, which is compiled into each program, as `stdlib` (so the Go vulnerability database names it). Else
 * how many bytes are needed to tell, or null when they are no build information of Go 1.18 or later.
 */
export function goModules(bytes: Buffer): readonly GoModule[] | number | null {
  if (bytes.length < HEADER) return HEADER;
  if (((bytes[FLAGS] ?? 0) & INLINE) === 0) return null;
  const version = stringAt(bytes, HEADER);
  if (version === null || typeof version === "number") return version;
  const list = stringAt(bytes, version.end);
  if (list === null || typeof list === "number") return list;
  const stdlib = /^(?:devel )?go(\S+)/.exec(version.text)?.[1];
  if (stdlib === undefined) return null;
  return [{ name: "stdlib", version: stdlib }, ...listed(list.text.slice(FRAME, -FRAME))];
}

/**
 * Lines of tab-separated columns: `mod` or `dep`, path, version, sum; `=>` replaces the line before (runtime/debug). A program
 * that was built outside of a module is named by its own path (`cmd/go`, `command-line-arguments`).
 */
function listed(text: string): readonly GoModule[] {
  const modules: GoModule[] = [];
  let program: string | undefined;
  let main = false;
  for (const line of text.split("\n")) {
    const [kind, name, version] = line.split("\t");
    if (kind === "path") program = name;
    if (kind === "mod") main = true;
    if (!name || !version) continue;
    if (kind === "=>") modules.pop();
    if (kind === "mod" || kind === "dep" || kind === "=>") modules.push({ name, version });
  }
  return program && !main ? [{ name: program, version: "(devel)" }, ...modules] : modules;
}

function stringAt(
  bytes: Buffer,
  offset: number,
): { readonly text: string; readonly end: number } | number | null {
  let length = 0;
  let at = offset;
  for (let shift = 0; ; shift += 7, at++) {
    if (shift > 28) return null; // longer than any build information
    const byte = bytes[at];
    if (byte === undefined) return at + 1;
    length += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) break;
  }
  const start = at + 1;
  const end = start + length;
  // latin1 keeps bytes and characters alike, so that the frame is cut off where it ends.
  return bytes.length < end ? end : { text: bytes.toString("latin1", start, end), end };
}
