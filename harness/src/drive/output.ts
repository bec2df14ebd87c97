import { OUTPUT_LIMIT, type Capture } from "../model/container.ts";
import { textOf } from "../model/fact.ts";
import { bounded, LATE } from "./deadline.ts";

/** `exit.code` of a program that had to be killed. */
export const STILL_RUNNING = "none (still running)";
/** `exit.code` of a program that was killed for its output: the same however far it had come by then. */
export const TOO_MUCH_OUTPUT = "none (output cut off)";

/** Bytes as a fact's value; what was cut off says so and where, so that it never equals a whole output. */
export function outputText(bytes: Uint8Array, cut: boolean): string {
  if (!cut) return textOf(bytes);
  return `${textOf(wholeCharacters(bytes))}\n[cut off at ${bytes.length} bytes]`;
}

/** A cut may fall inside a character of UTF-8, which would turn a long text into base64. */
function wholeCharacters(bytes: Uint8Array): Uint8Array {
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) return bytes;
    if (byte < 0xc0) continue;
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
    return length > back ? bytes.subarray(0, bytes.length - back) : bytes;
  }
  return bytes;
}

/** The note that goes with an output that was cut off. */
export function cutNote(probe: string, what: string): string {
  return `${probe}: ${what} cut off at ${OUTPUT_LIMIT / 1_000_000} MB`;
}

/** A text on one line of a message, in quotes and bounded. */
export function quoted(text: string): string {
  const characters = [...text];
  if (characters.length <= 80) return JSON.stringify(text);
  return `${JSON.stringify(characters.slice(0, 80).join("")).slice(0, -1)}…"`;
}

/** Its last lines, each bounded; at most `count`. */
export function lastLines(text: string, count: number): string[] {
  return text
    .slice(-20_000)
    .split("\n")
    .map((line) => line.trimEnd().slice(0, 300))
    .filter((line) => line !== "")
    .slice(-count);
}

/** The engine's words without ids, which differ from one container to the next. */
export function withoutIds(text: string): string {
  return text.replace(/\b[0-9a-f]{12,64}\b/g, "…").trim();
}

/** Resolves once none of the outputs has grown for `milliseconds`, all have ended, or `atMost` is over. */
export async function quiet(
  outputs: readonly Capture[],
  milliseconds: number,
  atMost: number,
  signal: AbortSignal,
): Promise<void> {
  const until = performance.now() + atMost;
  for (;;) {
    const open = outputs.filter((output) => !output.ended());
    const left = until - performance.now();
    if (open.length === 0 || left <= 0) return;
    const change = Promise.race(open.map((output) => output.change()));
    if ((await bounded(change, Math.min(milliseconds, left), signal)) === LATE) return;
  }
}

/** Resolves once all the outputs have ended or `atMost` is over. */
export async function allEnded(
  outputs: readonly Capture[],
  atMost: number,
  signal: AbortSignal,
): Promise<void> {
  await quiet(outputs, atMost, atMost, signal);
}
