import { InputError } from "../model/error.ts";

/** What a terminal of the xterm family sends for a named key; source: xterm's "Control Sequences", PC-style keys. */
const KEYS: Readonly<Record<string, string>> = {
  enter: "\r",
  tab: "\t",
  "shift-tab": "\x1b[Z",
  escape: "\x1b",
  space: " ",
  backspace: "\x7f",
  delete: "\x1b[3~",
  insert: "\x1b[2~",
  up: "\x1b[A",
  down: "\x1b[B",
  right: "\x1b[C",
  left: "\x1b[D",
  home: "\x1b[H",
  end: "\x1b[F",
  "page-up": "\x1b[5~",
  "page-down": "\x1b[6~",
  f1: "\x1bOP",
  f2: "\x1bOQ",
  f3: "\x1bOR",
  f4: "\x1bOS",
  f5: "\x1b[15~",
  f6: "\x1b[17~",
  f7: "\x1b[18~",
  f8: "\x1b[19~",
  f9: "\x1b[20~",
  f10: "\x1b[21~",
  f11: "\x1b[23~",
  f12: "\x1b[24~",
  "ctrl-space": "\0",
};

/**
 * The characters of a key: a name (`enter`, `page-up`, `f5`), `ctrl-` with one of a-z and [ \ ] ^ _, `alt-` before
 * any of these, or a single character.
 * @throws InputError when there is no such key.
 */
export function keyCharacters(key: string): string {
  const name = key.toLowerCase();
  const known = KEYS[name];
  if (known !== undefined) return known;
  // A control key sends its letter's code without the three highest bits, as terminals have done since ASCII.
  if (/^ctrl-[a-z[\\\]^_]$/.test(name)) return String.fromCharCode(name.charCodeAt(5) & 0x1f);
  if (name.startsWith("alt-") && name.length > 4) return `\x1b${keyCharacters(key.slice(4))}`;
  if ([...key].length === 1) return key;
  const names = Object.keys(KEYS).join(", ");
  throw new InputError(
    `press: there is no key ${JSON.stringify(key)}; write ctrl-a to ctrl-z, alt-KEY, one character, or one of ${names}`,
  );
}
