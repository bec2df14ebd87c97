/**
 * Escape sequences of a terminal: CSI, OSC and the other strings, and the short ones (ECMA-48, 5.4 and 5.6). And the
 * carriage return that a terminal puts before a line feed.
 */
const UNSEEN =
  // oxlint-disable-next-line no-control-regex -- these are control sequences
  /\x1b\[[0-?]*[ -/]*[@-~]|\x1b[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[ -/]*[0-Z\\`-~]|\r(?=\n)/g;

/**
 * Where a text or pattern ends that is searched from the index `from` on; -1 when it is not there.
 * It is looked for as the program wrote it, escape sequences and all; when it is not found so, then in the text as a
 * person reads it: without escape sequences, lines ending in \n.
 */
export function endOfMatch(text: string, from: number, wanted: string | RegExp): number {
  const rest = text.slice(from);
  const end = endIn(rest, wanted);
  if (end !== -1) return from + end;
  const { plain, origins } = read(rest);
  const plainEnd = endIn(plain, wanted);
  if (plainEnd === -1) return -1;
  const piece = origins.findLast(({ start }) => start < plainEnd) ?? { start: 0, origin: 0 };
  return from + piece.origin + plainEnd - piece.start;
}

function endIn(text: string, wanted: string | RegExp): number {
  if (typeof wanted === "string") {
    const start = text.indexOf(wanted);
    return start === -1 ? -1 : start + wanted.length;
  }
  const match = wanted.exec(text);
  return match === null ? -1 : match.index + match[0].length;
}

/** The text as it is read, and for each of its pieces where it starts there and in the original. */
function read(text: string): { plain: string; origins: { start: number; origin: number }[] } {
  const origins: { start: number; origin: number }[] = [];
  let plain = "";
  let origin = 0;
  for (const unseen of text.matchAll(UNSEEN)) {
    if (unseen.index > origin) {
      origins.push({ start: plain.length, origin });
      plain += text.slice(origin, unseen.index);
    }
    origin = unseen.index + unseen[0].length;
  }
  origins.push({ start: plain.length, origin });
  return { plain: plain + text.slice(origin), origins };
}

/** The text as a person reads it, for messages. */
export function readable(text: string): string {
  return read(text).plain;
}
