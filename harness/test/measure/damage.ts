/** Ways to damage an archive, for tests of what is made of it. */
import fc from "fast-check";

/** Sizes of the chunks in which a stream comes. */
export const chunkSize = fc.constantFrom(97, 512, 1000, 65_536);
/** A place as a share of the whole. */
export const place = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
export const flips = fc.array(fc.tuple(place, fc.integer({ min: 1, max: 255 })), {
  minLength: 1,
  maxLength: 8,
});

/** Changes bytes at places given as shares of the whole. */
export function flipped(bytes: Buffer, changes: readonly (readonly [number, number])[]): Buffer {
  const copy = Buffer.from(bytes);
  for (const [share, bits] of changes) {
    const at = Math.floor(share * copy.length);
    copy.writeUInt8(copy.readUInt8(at) ^ bits, at);
  }
  return copy;
}
