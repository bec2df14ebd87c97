import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { learn } from "../../../src/compare/noise/pattern.ts";

/** Whether a value agrees with what is steady in the others; null when nothing is. */
const fits = (seen: readonly string[], value: string): boolean | null =>
  learn(seen)?.fits(value) ?? null;

describe("what varies may vary, and the rest may not", () => {
  const id = (n: number): string => n.toString(16).padStart(8, "0").repeat(4);
  const uuid = (n: number): string => id(n).replace(/(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
  test.each<[string, readonly string[], string, string]>([
    [
      "a random id beside a total",
      [`{"id": "${id(0x3f2a9c11)}", "total": 7}`, `{"id": "${id(0x81b0c7de)}", "total": 7}`],
      `{"id": "${id(0x55a1f09b)}", "total": 7}`,
      `{"id": "${id(0x55a1f09b)}", "total": 8}`,
    ],
    [
      "a UUID",
      [`request ${uuid(0xa1b2c3d4)} took over`, `request ${uuid(0x99887766)} took over`],
      `request ${uuid(0x12345678)} took over`,
      `request ${uuid(0x12345678)} gave up`,
    ],
    [
      "an id that happens to be all digits",
      ["session 7f3a9c11 opened", "session 81b0c7de opened"],
      "session 12345678 opened",
      "session none opened",
    ],
    [
      "a date in a log",
      [
        '172.17.0.3 - - [25/Nov/2026 02:10:11] "GET / HTTP/1.1" 200 -',
        '172.17.0.4 - - [25/Nov/2026 02:10:13] "GET / HTTP/1.1" 200 -',
      ],
      '172.17.0.9 - - [26/Nov/2026 00:00:00] "GET / HTTP/1.1" 200 -',
      '172.17.0.9 - - [26/Nov/2026 00:00:00] "GET / HTTP/1.1" 500 -',
    ],
    [
      "Go's log",
      ["2026/11/25 02:10:11 listening on :8080", "2026/11/25 02:10:12 listening on :8080"],
      "2027/01/01 00:00:00 listening on :8080",
      "2027/01/01 00:00:00 listening on :8081",
    ],
    [
      "durations in whatever unit",
      ["done in 12.5ms, 3 files", "done in 980µs, 3 files"],
      "done in 1.2s, 3 files",
      "done in 1.2s, 2 files",
    ],
    [
      "the container's host name",
      ["host 1a2b3c4d5e6f ready", "host 9f8e7d6c5b4a ready"],
      "host a4bbccddeeff ready",
      "host a4bbccddeeff waiting",
    ],
    [
      "a process number and a port",
      ["pid=7 port=40112 ok", "pid=9 port=35001 ok"],
      "pid=1 port=51234 ok",
      "pid=1 port=51234 failed",
    ],
    [
      "an address in memory",
      ["<object at 0x7f1200aa> is new", "<object at 0x7f98bb10> is new"],
      "<object at 0x55aa00> is new",
      "<object at 0x55aa00> is old",
    ],
    [
      "the order of lines",
      ["a=1\nb=2\nc=3\n", "c=3\na=1\nb=2\n"],
      "b=2\nc=3\na=1\n",
      "b=2\nc=3\na=2\n",
    ],
    [
      "the order in a set",
      ["{'red', 'green', 'blue'}", "{'blue', 'red', 'green'}"],
      "{'green', 'blue', 'red'}",
      "{'green', 'blue', 'pink'}",
    ],
    [
      "how many dots a spinner drew",
      ["working ...... done: 4", "working .... done: 4"],
      "working ....... done: 4",
      "working ....... done: 5",
    ],
    [
      "frames of a spinner",
      ["\r| wait\r/ wait\r- wait\rok 4", "\r| wait\r/ wait\r- wait\r\\ wait\r| wait\rok 4"],
      "\r| wait\r/ wait\r- wait\r\\ wait\rok 4",
      "\r| wait\r/ wait\r- wait\r\\ wait\rno 4",
    ],
    [
      "how often a spinner turned, on a busy machine",
      [
        `${"\r| wait\r/ wait\r- wait\r\\ wait".repeat(3)}\r| wait\r\x1b[Kok 4`,
        `${"\r| wait\r/ wait\r- wait\r\\ wait".repeat(2)}\r| wait\r\x1b[Kok 4`,
      ],
      "\r| wait\r\x1b[Kok 4",
      "\r| late\r\x1b[Kok 4",
    ],
    [
      "how often it was tried again",
      ["try\ntry\ntry\ntry\nok 4\n", "try\ntry\ntry\nok 4\n"],
      "try\nok 4\n",
      "ok 4\n",
    ],
    [
      "a percentage on its way",
      ["\x1b[2K10%\x1b[2K55%\x1b[2K100% saved", "\x1b[2K12%\x1b[2K60%\x1b[2K100% saved"],
      "\x1b[2K15%\x1b[2K58%\x1b[2K100% saved",
      "\x1b[2K15%\x1b[2K58%\x1b[2K100% lost",
    ],
    [
      "a random text of several parts, one of which was the same twice",
      ["token a8-7f3a9c11-x1 given", "token a8-81b0c7de-q9 given"],
      "token c4-00ff12ab-m3 given",
      "token c4-00ff12ab-m3 taken",
    ],
  ])("%s", (_, seen, same, other) => {
    expect(fits(seen, same)).toBe(true);
    expect(fits(seen, other)).toBe(false);
    expect(fits(seen.toReversed(), same)).toBe(true);
    expect(fits(seen.toReversed(), other)).toBe(false);
  });
});

test("what is there once more for another reason stays as steady as it was", () => {
  const seen = ["a, b, c, d, e", "a, b, c, c, d, e"];
  expect(fits(seen, "a, b, c, d, e")).toBe(true);
  expect(fits(seen, "a, d, e")).toBe(false);
});

test("a third run may show what two did not", () => {
  const seen = ["up 5 s, 2 users, load 1", "up 5 s, 2 users, load 2"];
  expect(fits(seen, "up 6 s, 2 users, load 3")).toBe(false);
  expect(fits([...seen, "up 7 s, 2 users, load 1"], "up 6 s, 2 users, load 3")).toBe(true);
});

test.each([
  ["a date alone", ["Wed, 25 Nov 2026 02:10:11 GMT", "Wed, 25 Nov 2026 02:10:12 GMT"]],
  ["a number alone", ["17", "93"]],
  ["random bytes", ["base64:AAEC/wd=", "base64:/v8DAgk="].map((it) => it.slice(7))],
  ["what has only punctuation in common", ["[1, 2]", "[3, 4]"]],
])("nothing is steady in %s", (_, seen) => {
  expect(learn(seen)).toBeNull();
});

test("something missing, something more, and something else in its place are told", () => {
  const seen = ["id 1\nname x\nend", "id 2\nname x\nend"];
  expect(fits(seen, "id 3\nname x\nend")).toBe(true);
  expect(fits(seen, "id 3\nend")).toBe(false);
  expect(fits(seen, "id 3\nname x\nend\nmore")).toBe(false);
  expect(fits(seen, "id oops\nname x\nend")).toBe(false);
  expect(fits(seen, "id \nname x\nend")).toBe(false);
  expect(fits(seen, "")).toBe(false);
});

test("what varies is named", () => {
  expect(learn(["at 02:10:11 7f3a9c11 ok", "at 02:10:12 81b0c7de ok"])?.kinds).toEqual([
    "hex",
    "time",
  ]);
  expect(learn(["a\nb", "b\na"])?.kinds).toEqual(["order"]);
});

describe("properties", () => {
  const word = fc.stringMatching(/^[a-z]{1,8}$/);
  const text = fc.array(word, { minLength: 3, maxLength: 30 });
  const hole = fc.integer({ min: 0, max: 1_000_000 });

  test("a run of the same kind always fits, and a changed word never does", () => {
    fc.assert(
      fc.property(
        text,
        fc.array(fc.tuple(fc.nat(), hole, hole, hole), { minLength: 1, maxLength: 5 }),
        fc.nat(),
        (words, holes, changed) => {
          const run = (which: 1 | 2 | 3): string[] => {
            const copy = [...words];
            for (const hole of holes) copy.splice(hole[0] % words.length, 0, `#${hole[which]}`);
            return copy;
          };
          const [a, b, c] = [run(1), run(2), run(3)] as [string[], string[], string[]];
          const seen = [a.join(" "), b.join(" ")];
          fc.pre(seen[0] !== seen[1]);
          fc.pre([...a].sort().join() !== [...b].sort().join());
          const kept = c.map((it, at) =>
            it.startsWith("#") && a[at] === b[at] ? (a[at] ?? it) : it,
          );
          expect(fits(seen, kept.join(" "))).toBe(true);
          const places = kept.flatMap((it, at) => (it.startsWith("#") ? [] : [at]));
          const place = places[changed % places.length] ?? 0;
          expect(fits(seen, kept.with(place, "CHANGED").join(" "))).toBe(false);
        },
      ),
      { numRuns: 300 },
    );
  });

  test("any values are taken, in bounded time", () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: "binary", maxLength: 200 }), { minLength: 2, maxLength: 3 }),
        (seen) => {
          fc.pre(seen.some((it) => it !== seen[0]));
          const pattern = learn(seen);
          for (const value of seen) expect(pattern?.fits(value) ?? true).toBe(true);
        },
      ),
      { numRuns: 500 },
    );
  });

  test("two large values that have nothing in common", () => {
    const large = (from: number): string =>
      Array.from({ length: 20_000 }, (_, at) => `w${(at * 7919 + from) % 10_007}x`).join(" ");
    const began = performance.now();
    learn([large(1), `${large(5000)} z`]);
    expect(performance.now() - began).toBeLessThan(20_000);
  });
});
