import { expect, test } from "vitest";
import { pour, pourable, type Take } from "../../src/model/byte-stream.ts";

/** A stream of the bytes 0 … count - 1, all in the same memory, as a socket has them. */
const counting = (count: number, told: string[] = []) =>
  pourable(async (take: Take) => {
    const memory = new Uint8Array(1);
    try {
      for (let n = 0; n < count; n++) {
        memory[0] = n;
        const waiting = take(memory);
        if (waiting) await waiting;
      }
    } finally {
      told.push("closed");
    }
  });

test("what is poured comes in order, and is waited for", async () => {
  const taken: number[] = [];
  await counting(5).pour(async ([byte = -1]) => {
    await new Promise((resolve) => setImmediate(resolve));
    taken.push(byte);
  });
  expect(taken).toEqual([0, 1, 2, 3, 4]);
});

test("a piece that is iterated over holds until the next one is asked for", async () => {
  const taken: number[] = [];
  for await (const piece of counting(5)) {
    await new Promise((resolve) => setImmediate(resolve));
    taken.push(piece[0] ?? -1);
  }
  expect(taken).toEqual([0, 1, 2, 3, 4]);
});

test("who stops reading has the stream closed by then", async () => {
  const told: string[] = [];
  for await (const _ of counting(5, told)) break;
  expect(told).toEqual(["closed"]);
});

test("a failure of either side is told to whoever reads", async () => {
  const failing = pourable(async (take) => {
    await take(new Uint8Array(1));
    throw new Error("the stream broke");
  });
  await expect(failing.pour(() => {})).rejects.toThrow("the stream broke");
  await expect(Array.fromAsync(failing)).rejects.toThrow("the stream broke");
  const told: string[] = [];
  const refusing = counting(5, told).pour(() => {
    throw new Error("too much");
  });
  await expect(refusing).rejects.toThrow("too much");
  expect(told).toEqual(["closed"]);
});

test("what only iterates is poured all the same", async () => {
  const taken: number[] = [];
  await pour(
    (async function* () {
      yield new Uint8Array([1]);
      yield new Uint8Array([2]);
    })(),
    async ([byte = -1]) => void taken.push(byte),
  );
  expect(taken).toEqual([1, 2]);
});
