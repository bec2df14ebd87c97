import { createHash } from "node:crypto";

/** The namespace of our documents: drawn once, by chance. */
const OURS = Buffer.from("7b1f6f0c2d6a4c5b9a0e5d3c8f41e2a7", "hex");

/** The UUID of version 5 (RFC 9562) that a text has: the same text, the same UUID. */
export function uuidOf(text: string): string {
  const bytes = createHash("sha1")
    .update(OURS)
    .update(text.toWellFormed())
    .digest()
    .subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x50; // the version
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80; // the variant
  const hex = bytes.toString("hex");
  return [0, 8, 12, 16, 20].map((from, at, all) => hex.slice(from, all[at + 1])).join("-");
}
