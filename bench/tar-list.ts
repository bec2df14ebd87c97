import { isUtf8 } from "node:buffer";
import { execa } from "execa";

/** One line of `tar -tv`. */
export interface Listed {
  readonly path: string;
  readonly kind: "file" | "link" | "symlink" | "directory" | "device" | "fifo";
  /** Permissions with setuid, setgid and sticky bits (07777). */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** 0 for all that is no file. */
  readonly size: number;
  /** Of a symbolic link where it leads, of a hard link the path of the file; else "". */
  readonly target: string;
}

/**
 * Lists what `docker export` writes by GNU tar, in its order: another program's reading of the same bytes. Names come
 * quoted as in C, so that a newline or an arrow in one cannot be mistaken. Throws when no GNU tar is there.
 */
export async function listExport(container: string): Promise<readonly Listed[]> {
  const tar = await gnuTar();
  const args = ["--list", "--verbose", "--numeric-owner", "--full-time", "--quoting-style=c"];
  const { stdout } = await execa("docker", ["export", container], {
    buffer: { stdout: false },
  }).pipe(
    tar,
    args,
    // The C locale has no letters beyond ASCII: all others come as octal escapes, byte by byte.
    { env: { LC_ALL: "C" }, maxBuffer: 1_000_000_000 },
  );
  return stdout.split("\n").map(parseLine);
}

async function gnuTar(): Promise<string> {
  for (const name of ["tar", "gtar"]) {
    const { stdout } = await execa(name, ["--version"], { reject: false });
    if (String(stdout).includes("GNU tar")) return name;
  }
  throw new Error("GNU tar is needed for the comparison: install it (brew install gnu-tar)");
}

const KINDS: Readonly<Record<string, Listed["kind"]>> = {
  "-": "file",
  h: "link",
  l: "symlink",
  d: "directory",
  c: "device",
  b: "device",
  p: "fifo",
};
const QUOTED = String.raw`"((?:[^"\\]|\\.)*)"`;
const LINE = new RegExp(
  String.raw`^(.)(\S{9}) (\d+)/(\d+) +(\d+)(?:,\d+)? \S+ \S+ ${QUOTED}(?: (?:->|link to) ${QUOTED})?$`,
);

/** Throws on what is no line of GNU tar with these options. */
export function parseLine(line: string): Listed {
  const [, letter = "", rights = "", uid, gid, size, name = "", target = ""] =
    LINE.exec(line) ?? [];
  const kind = KINDS[letter];
  if (kind === undefined) throw new Error(`tar listed what cannot be read: ${line.slice(0, 200)}`);
  return {
    path: pathOf(unquoted(name)),
    kind,
    mode: modeOf(rights),
    uid: Number(uid),
    gid: Number(gid),
    size: kind === "file" ? Number(size) : 0,
    target: kind === "link" ? pathOf(unquoted(target)) : unquoted(target),
  };
}

/** `usr/bin/` and `./usr/bin` are both `/usr/bin`. */
function pathOf(name: string): string {
  return `/${name.replace(/^\.?\/+/, "").replace(/\/+$/, "")}`;
}

/** `rwsr-xr-t` as a number. */
function modeOf(rights: string): number {
  let mode = 0;
  for (const [at, letter] of [...rights].entries()) {
    if (/[rwxst]/.test(letter)) mode |= 0o400 >> at;
    if (/[sStT]/.test(letter)) mode |= [0o4000, 0o2000, 0o1000][Math.floor(at / 3)] ?? 0;
  }
  return mode;
}

const LETTERS: Readonly<Record<string, number>> = {
  a: 7,
  b: 8,
  t: 9,
  n: 10,
  v: 11,
  f: 12,
  r: 13,
};

/** A C string's bytes as text, by the rule of our own reader: UTF-8, or latin1 where they are none. */
function unquoted(text: string): string {
  const latin1 = text.replace(/\\([0-7]{3}|.)/g, (_, escape: string) =>
    escape.length === 3
      ? String.fromCharCode(Number.parseInt(escape, 8))
      : String.fromCharCode(LETTERS[escape] ?? escape.charCodeAt(0)),
  );
  const bytes = Buffer.from(latin1, "latin1");
  return isUtf8(bytes) ? bytes.toString("utf8") : latin1;
}
