import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { openCapture } from "../../src/engine/capture.ts";
import { OUTPUT_LIMIT } from "../../src/model/container.ts";

/** Whether a promise has settled by the time that everything already due has run. */
async function settled(promise: Promise<unknown>): Promise<boolean> {
  const not = Symbol();
  const turn = new Promise((resolve) => setImmediate(resolve, not));
  return (await Promise.race([promise, turn])) !== not;
}

describe("openCapture", () => {
  test("keeps everything up to the limit, and to the byte", () => {
    const capture = openCapture(10);
    capture.push(Buffer.from("01234"));
    capture.push(Buffer.from("56789"));
    expect(capture.bytes().toString()).toBe("0123456789");
    expect(capture.cut()).toBe(false);
    capture.push(Buffer.alloc(0));
    expect(capture.cut()).toBe(false);
    capture.push(Buffer.from("x"));
    expect(capture.bytes().toString()).toBe("0123456789");
    expect(capture.cut()).toBe(true);
  });

  test("cuts in the middle of what comes", () => {
    const capture = openCapture(4);
    capture.push(Buffer.from("012"));
    capture.push(Buffer.from("345"));
    expect(capture.bytes().toString()).toBe("0123");
    expect(capture.cut()).toBe(true);
  });

  test("what it keeps is the beginning of what came, at most the limit", () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 20 })), fc.nat(60), (chunks, limit) => {
        const all = Buffer.concat(chunks);
        const capture = openCapture(limit);
        for (const chunk of chunks) {
          capture.push(Buffer.from(chunk));
          chunk.fill(0); // the stream may use its buffer again
          capture.bytes().fill(0); // what was handed out is the caller's
        }
        expect(capture.bytes()).toEqual(all.subarray(0, limit));
        expect(capture.cut()).toBe(all.length > limit);
      }),
    );
  });

  test("what it hands out does not change later, nor what it keeps by changing that", () => {
    const capture = openCapture();
    const came = Buffer.from("abc");
    capture.push(came);
    came.fill("x");
    const first = capture.bytes();
    capture.push(Buffer.from("def"));
    expect(first.toString()).toBe("abc");
    first.fill("y");
    expect(capture.bytes().toString()).toBe("abcdef");
  });

  test("a program that prints for ever takes no more than the limit", () => {
    const capture = openCapture();
    const chunk = Buffer.alloc(64 * 1024, "x");
    for (let at = 0; at < 1000; at++) capture.push(chunk);
    expect(capture.bytes().length).toBe(OUTPUT_LIMIT);
    expect(capture.cut()).toBe(true);
  });

  test("a program that prints byte by byte and is looked at again and again does not hold anybody up", () => {
    const capture = openCapture();
    const byte = Buffer.from("x");
    const began = performance.now();
    for (let at = 0; at < OUTPUT_LIMIT; at++) {
      capture.push(byte);
      if (at % 1000 === 0) capture.bytes();
    }
    expect(capture.bytes().length).toBe(OUTPUT_LIMIT);
    expect(performance.now() - began).toBeLessThan(4000);
  });

  test("change() waits for the next bytes and wakes all who wait", async () => {
    const capture = openCapture();
    const [one, two] = [capture.change(), capture.change()];
    expect(await settled(one)).toBe(false);
    capture.push(Buffer.from("x"));
    expect(await settled(Promise.all([one, two]))).toBe(true);
    const next = capture.change();
    expect(await settled(next)).toBe(false);
    capture.finish();
    expect(await settled(next)).toBe(true);
  });

  test("change() comes at once after the end", async () => {
    const capture = openCapture();
    expect(capture.ended()).toBe(false);
    capture.finish();
    expect(capture.ended()).toBe(true);
    expect(await settled(capture.change())).toBe(true);
  });
});
