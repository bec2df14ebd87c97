import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { demultiplexer } from "../../src/engine/demux.ts";

interface Frame {
  readonly stream: 0 | 1 | 2 | 3;
  readonly body: Uint8Array;
}

function head(stream: number, length: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes[0] = stream;
  bytes.writeUInt32BE(length, 4);
  return bytes;
}

function wire(frames: readonly Frame[]): Buffer {
  return Buffer.concat(frames.flatMap(({ stream, body }) => [head(stream, body.length), body]));
}

/** What comes out when the bytes arrive cut at these places. */
function split(bytes: Buffer, cuts: readonly number[]): { stdout: Buffer; stderr: Buffer } {
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  const feed = demultiplexer(
    (piece) => stdout.push(Buffer.from(piece)),
    (piece) => stderr.push(Buffer.from(piece)),
  );
  const places = [
    0,
    ...cuts.filter((it) => it < bytes.length).toSorted((a, b) => a - b),
    bytes.length,
  ];
  for (const [at, place] of places.entries()) feed(bytes.subarray(place, places[at + 1]));
  return { stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr) };
}

const frame = fc.record({
  stream: fc.constantFrom(0 as const, 1 as const, 2 as const, 3 as const),
  body: fc.uint8Array({ maxLength: 40 }),
});

describe("demultiplexer", () => {
  test("gives each stream its own bytes, in whatever pieces they come", () => {
    fc.assert(
      fc.property(fc.array(frame), fc.array(fc.nat(300)), (frames, cuts) => {
        const of = (stderr: boolean): Buffer =>
          Buffer.concat(frames.filter((it) => (it.stream === 2) === stderr).map((it) => it.body));
        expect(split(wire(frames), cuts)).toEqual({ stdout: of(false), stderr: of(true) });
      }),
    );
  });

  test("byte for byte", () => {
    const frames: Frame[] = Array.from({ length: 50 }, (_, at) => ({
      stream: at % 2 === 0 ? 1 : 2,
      body: Uint8Array.of(at),
    }));
    const bytes = wire(frames);
    const { stdout, stderr } = split(bytes, [...bytes.keys()]);
    expect([...stdout]).toEqual(Array.from({ length: 25 }, (_, at) => at * 2));
    expect([...stderr]).toEqual(Array.from({ length: 25 }, (_, at) => at * 2 + 1));
  });

  test("an empty frame is none", () => {
    const bytes = Buffer.concat([head(1, 0), head(2, 0), head(1, 2), Buffer.from("ok")]);
    expect(split(bytes, [])).toEqual({ stdout: Buffer.from("ok"), stderr: Buffer.alloc(0) });
  });

  test("a frame that claims 4 GB is handed on as it comes", () => {
    const pieces: number[] = [];
    const feed = demultiplexer(
      (piece) => pieces.push(piece.length),
      () => pieces.push(-1),
    );
    feed(head(1, 0xffff_ffff));
    for (let at = 0; at < 100; at++) feed(Buffer.alloc(1000));
    expect(pieces).toEqual(Array.from({ length: 100 }, () => 1000));
  });

  test("a head that never gets whole gives nothing", () => {
    expect(split(head(1, 5).subarray(0, 7), [3])).toEqual({
      stdout: Buffer.alloc(0),
      stderr: Buffer.alloc(0),
    });
  });
});
