import { diffArrays } from "diff";
import { align, interchangeable, MOST_EDITS, OPAQUE, type Hunk, type Range } from "./align.ts";
import { repetitions } from "./repetition.ts";
import { TOKEN_KINDS, tokens, type Token, type TokenKind } from "./tokens.ts";

/** What the baseline's runs have in common, and where they go apart. */
export interface Pattern {
  /** Kinds of what varies, each once, sorted: for the reader. */
  readonly kinds: readonly string[];
  /** Whether a value agrees wherever the baseline's runs agree among themselves. */
  fits(value: string): boolean;
}

/** Some megabytes of tokens; a value longer than this is compared whole. */
const LONGEST = 1_000_000;

/**
 * What may vary in a value and leave it the same: tokens of most kinds (never blanks and punctuation), the order of parts,
 * the layout of JSON. Without one of them, a value that varies so is another.
 */
export type NoiseKind = TokenKind | "order" | "layout";
export const NOISE_KINDS: ReadonlySet<NoiseKind> = new Set([
  ...TOKEN_KINDS.filter((kind) => kind !== "space" && kind !== "mark"),
  "order",
  "layout",
] as const);

/**
 * Learns from values that are not all equal; null when nothing of them is steady, so that the fact is noise throughout.
 * Noise is where two runs differ, token by token: a date, an id, a number. There, another value may have any token of the
 * kinds that were seen; everywhere else it must have the baseline's. Values that hold the same lines or tokens in different
 * orders are taken for sets.
 */
export function learn(
  values: readonly string[],
  kinds: ReadonlySet<NoiseKind> = NOISE_KINDS,
): Pattern | null {
  if (values.some((value) => value.length > LONGEST)) return null;
  return (kinds.has("order") ? learnOrder(values) : null) ?? learnTokens(values.map(tokens), kinds);
}

/** The order of a set: all values have the same parts. */
function learnOrder(values: readonly string[]): Pattern | null {
  for (const split of [lines, parts]) {
    const [first = "", ...others] = values.map((value) => split(value).sort().join("\0"));
    if (others.every((other) => other === first))
      return {
        kinds: ["order"],
        fits: (value) => split(value).sort().join("\0") === first,
      };
  }
  return null;
}

function lines(value: string): string[] {
  return value.split(/\r?\n/);
}

function parts(value: string): string[] {
  return tokens(value).map(({ text }) => text);
}

/** A token that every run has at this place, or a hole: what may stand there instead. */
type Slot = Token | Hole;

interface Hole {
  readonly kind: "hole";
  readonly seen: readonly Token[];
  readonly kinds: ReadonlySet<TokenKind>;
  /** Of which kinds tokens may be that were never seen in it: of none that were only there once more. */
  readonly free: ReadonlySet<TokenKind>;
  /** The fewest and the most tokens that were seen in it at once. */
  readonly least: number;
  readonly most: number;
}

function learnTokens(
  runs: readonly (readonly Token[])[],
  may: ReadonlySet<NoiseKind>,
): Pattern | null {
  const [first = [], ...others] = runs;
  let noisy: boolean[] = first.map(() => false);
  const again: boolean[] = first.map(() => false);
  const alignments: (readonly Hunk[])[] = [];
  for (const other of others) {
    const hunks = align(first, other);
    if (hunks === null) return null;
    for (const { start, end } of hunks) noisy.fill(true, start, end);
    for (const { start, end } of repetitions(first, other, hunks)) again.fill(true, start, end);
    alignments.push(hunks);
  }
  noisy = widened(first, noisy);
  const slots = slotsOf(first, { noisy, again }, alignments, may);
  if (!slots.some((slot) => slot.kind !== "hole" && isSteady(slot))) return null;
  const kinds = new Set(slots.flatMap((slot) => (slot.kind === "hole" ? [...slot.kinds] : [])));
  for (const blank of ["space", "mark", "escape"] as const) if (kinds.size > 1) kinds.delete(blank);
  return { kinds: [...kinds].sort(), fits: (value) => fits(slots, tokens(value)) };
}

/** Punctuation and markup alone are no content that could be compared. */
function isSteady({ kind }: Token): boolean {
  return kind !== "space" && kind !== "mark" && kind !== "escape";
}

/**
 * A random text may have parts that happen to be equal twice (`a-7f3` and `a-9c1`): a part of what varies that is random in
 * form is noise too, as far as `-`, `_`, `.`, `+`, `/`, `=` and `~` join them.
 */
function widened(first: readonly Token[], noisy: readonly boolean[]): boolean[] {
  const wide = [...noisy];
  for (const step of [1, -1]) {
    for (let at = step === 1 ? 0 : first.length - 1; at >= 0 && at < first.length; at += step) {
      const token = first[at];
      if (!wide[at] || !token || !(token.kind === "hex" || token.kind === "id")) continue;
      const joint = first[at + step];
      const next = first[at + 2 * step];
      if (!joint || !next || !/^[-_.+/=~]$/.test(joint.text) || !OPAQUE.has(next.kind)) continue;
      wide[at + 2 * step] = true;
    }
  }
  return wide;
}

function slotsOf(
  first: readonly Token[],
  { noisy, again }: { readonly noisy: readonly boolean[]; readonly again: readonly boolean[] },
  alignments: readonly (readonly Hunk[])[],
  may: ReadonlySet<NoiseKind>,
): readonly Slot[] {
  const starts = new Set(alignments.flatMap((hunks) => hunks.map(({ start }) => start)));
  const slots: Slot[] = [];
  for (let at = 0; at <= first.length; at++) {
    const start = at;
    while (noisy[at] || again[at]) at++;
    // What another run inserts at the end of a hole, or where there is none, is in it too.
    if (at > start || starts.has(at))
      slots.push(holeOf(first, again, { start, end: at }, alignments, may));
    const token = first[at];
    if (token) slots.push(token);
  }
  return slots;
}

function holeOf(
  first: readonly Token[],
  again: readonly boolean[],
  { start, end }: Range,
  alignments: readonly (readonly Hunk[])[],
  may: ReadonlySet<NoiseKind>,
): Hole {
  const seen = first.slice(start, end);
  const changed = seen.filter((_, at) => !again[start + at]);
  let least = seen.length;
  let most = seen.length;
  for (const hunks of alignments) {
    let length = end - start;
    for (const hunk of hunks) {
      if (hunk.start < start || hunk.start > end) continue;
      seen.push(...hunk.tokens);
      if (!hunk.isAgain) changed.push(...hunk.tokens);
      length += hunk.tokens.length - (hunk.end - hunk.start);
    }
    least = Math.min(least, length);
    most = Math.max(most, length);
  }
  const kindsOf = (some: readonly Token[]): ReadonlySet<TokenKind> =>
    new Set(some.map(({ kind }) => kind).filter((kind) => may.has(kind) || !NOISE_KINDS.has(kind)));
  return { kind: "hole", seen, kinds: kindsOf(seen), free: kindsOf(changed), least, most };
}

/** Holes match no token while aligning, so that all that is steady has to find its own. */
function fits(slots: readonly Slot[], value: readonly Token[]): boolean {
  const changes = diffArrays<Slot>([...slots], [...value], {
    comparator: (slot, token) =>
      slot.kind !== "hole" && token.kind !== "hole" && slot.text === token.text,
    maxEditLength: MOST_EDITS,
  });
  if (changes === undefined) return false;
  let hole: Hole | null = null;
  let extra: Token[] = [];
  const settled = (): boolean => (hole === null ? extra.length === 0 : accepts(hole, extra));
  for (const { added, removed, value: found } of changes) {
    if (!added && !removed) {
      if (!settled()) return false;
      hole = null;
      extra = [];
      continue;
    }
    for (const slot of found) {
      if (added && slot.kind !== "hole") extra.push(slot);
      else if (slot.kind === "hole" && hole === null) hole = slot;
      else return false; // something steady is not there
    }
  }
  return settled();
}

/** Twice as much as was ever seen may stand in a hole, since a third run may do more of it than two did. */
function accepts(hole: Hole, found: readonly Token[]): boolean {
  if (found.length > 2 * hole.most + 1 || (found.length === 0 && hole.least > 0)) return false;
  const texts = new Set(hole.seen.map(({ text }) => text));
  return found.every(
    ({ kind, text }) =>
      texts.has(text) || [...hole.free].some((seen) => interchangeable(kind, seen)),
  );
}
