/** Where two values go apart, token by token. */
import { diffArrays } from "diff";
import type { Token, TokenKind } from "./tokens.ts";

/** Alignment costs the square of what differs: values that differ more than this in tokens have nothing in common. */
export const MOST_EDITS = 4000;
/** Part of a value's tokens: from `start` to before `end`. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** In the first value. */
export interface Hunk extends Range {
  /** What the other has there. */
  readonly tokens: Token[];
  /** Whether that is only more, or less, of what repeats itself. */
  isAgain: boolean;
}

/** Where two values go apart; null when they hardly have anything in common. */
export function align(a: readonly Token[], b: readonly Token[]): readonly Hunk[] | null {
  // As many tokens of the same kinds: the one stands for the other, whatever else would align.
  if (a.length === b.length && a.every((token, at) => alike(token, b[at])))
    return a.flatMap((token, at) =>
      token.text === b[at]?.text
        ? []
        : [{ start: at, end: at + 1, tokens: b.slice(at, at + 1), isAgain: false }],
    );
  const changes = diffArrays([...a], [...b], {
    comparator: (left, right) => left.text === right.text,
    maxEditLength: MOST_EDITS,
  });
  if (changes === undefined) return null;
  const hunks: { start: number; end: number; tokens: Token[]; isAgain: boolean }[] = [];
  let at = 0;
  let open: (typeof hunks)[number] | null = null;
  for (const { added, removed, value } of changes) {
    if (!added && !removed) {
      at += value.length;
      open = null;
      continue;
    }
    if (open === null) hunks.push((open = { start: at, end: at, tokens: [], isAgain: false }));
    if (added) open.tokens.push(...value);
    else open.end = at += value.length;
  }
  return hunks;
}

function alike(a: Token, b: Token | undefined): boolean {
  if (b === undefined) return false;
  return a.text === b.text || interchangeable(a.kind, b.kind);
}

/** An id may happen to have digits alone, or letters that make it look like hexadecimal. */
export const OPAQUE: ReadonlySet<TokenKind> = new Set(["number", "hex", "id"]);
/** Half a second is written as 0.5s, 500 ms or 0.5. */
const QUANTITY: ReadonlySet<TokenKind> = new Set(["number", "duration", "time"]);

export function interchangeable(a: TokenKind, b: TokenKind): boolean {
  return (
    (a === b && a !== "space" && a !== "mark") ||
    (OPAQUE.has(a) && OPAQUE.has(b)) ||
    (QUANTITY.has(a) && QUANTITY.has(b))
  );
}
