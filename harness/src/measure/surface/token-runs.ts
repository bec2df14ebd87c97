import { Buffer } from "node:buffer";

/** Bytes of the shortest token that stands in one piece, its mark included: GitLab's `gldt-` and 20 more. */
export const SHORTEST = 25;
/** Digits in base64 of the shortest key that has no mark in one piece with it: AWS's. */
const SHORTEST_KEY = 40;

/** What tokens are made of, and of these what base64 is (RFC 4648, section 4). */
const TOKEN = 1;
const BASE64 = 2;
const CLASSES = new Uint8Array(256);
for (const it of "_.=-") CLASSES[it.charCodeAt(0)] = TOKEN;
for (const it of "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
  CLASSES[it.charCodeAt(0)] = TOKEN | BASE64;

export interface Runs {
  /** All that could be a token in one piece, a line each; overwritten by the next call. */
  readonly tokens: Buffer;
  /** Whether there are as many digits of base64 in a row as a key has. */
  readonly base64: boolean;
}

/**
 * Finds what is long enough, and of the right characters, to be a token. Sources have little of it, and some forty marks
 * are looked for in that little instead of in everything. Like Boyer and Moore, it looks at every 25th byte first, and
 * from there back to the blank before it: at one byte in five.
 */
export function runsIn(bytes: Buffer): Runs {
  const { length } = bytes;
  const into = scratch(length + Math.ceil(length / SHORTEST));
  let filled = 0;
  let base64 = false;
  let start = 0;
  /** From `start` up to here, all are characters of tokens. */
  let known = 0;
  for (let last = SHORTEST - 1; last < length; last = start + SHORTEST - 1) {
    let back = last;
    while (back >= known && classOf(bytes, back) !== 0) back--;
    if (back >= known) {
      start = back + 1;
      known = last + 1;
      continue;
    }
    let end = last + 1;
    while (end < length && classOf(bytes, end) !== 0) end++;
    base64 ||= end - start >= SHORTEST_KEY && hasKey(bytes, start, end);
    filled += bytes.copy(into, filled, start, end);
    into[filled++] = 0x0a;
    start = known = end + 1;
  }
  return { tokens: into.subarray(0, filled), base64 };
}

function hasKey(bytes: Buffer, start: number, end: number): boolean {
  let digits = 0;
  for (let at = start; at < end && digits < SHORTEST_KEY; at++)
    digits = (classOf(bytes, at) & BASE64) === 0 ? 0 : digits + 1;
  return digits >= SHORTEST_KEY;
}

function classOf(bytes: Buffer, at: number): number {
  return CLASSES[bytes[at] ?? 0] ?? 0;
}

let held = Buffer.alloc(0);

function scratch(length: number): Buffer {
  if (held.length < length) held = Buffer.allocUnsafeSlow(length);
  return held;
}
