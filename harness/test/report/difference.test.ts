import fc from "fast-check";
import stringWidth from "string-width";
import { describe, expect, test } from "vitest";
import { diffLines, differenceLines } from "../../src/report/difference.ts";
import { painter } from "../../src/report/text.ts";
import { difference } from "./results.ts";

const plain = painter(false);

function block(more: Parameters<typeof difference>[0]): string {
  return `\n${differenceLines("multi", difference(more), plain, 80).join("\n")}\n`;
}

test("one line against another", () => {
  expect(block({})).toBe(`
    ✗ multi: greets http.body
      - Hello, Docker!
      + Hello!
`);
});

test("a difference that does not show always says how often it does", () => {
  const rates = { baseline: { runs: 1, of: 20 }, candidate: { runs: 15, of: 20 } };
  expect(block({ rates })).toBe(`
    ✗ multi: greets http.body
      in 15 of 20 runs (baseline: 1 of 20)
      - Hello, Docker!
      + Hello!
`);
});

test("several lines are a diff with two lines of context", () => {
  expect(
    block({
      probe: "adds and leaves",
      fact: "terminal.screen",
      baseline: "one\ntwo\nthree\nResult: 3\nfive\nsix\nseven\n",
      candidate: "one\ntwo\nthree\nResult: 4\nfive\nsix\nseven\n",
    }),
  ).toBe(`
    ✗ multi: adds and leaves terminal.screen
        two
        three
      - Result: 3
      + Result: 4
        five
        six
`);
});

test("places far apart are told apart", () => {
  const lines = (a: string, b: string): string =>
    `${a}\n${Array.from({ length: 9 }, (_, at) => `line ${at}`).join("\n")}\n${b}\n`;
  expect(block({ baseline: lines("a", "b"), candidate: lines("x", "y") })).toBe(`
    ✗ multi: greets http.body
      - a
      + x
        line 0
        line 1
        …
        line 7
        line 8
      - b
      + y
`);
});

test.each([
  ["a side without the fact", { baseline: null, candidate: "5" }, ["- (not there)", "+ 5"]],
  ["the other one", { baseline: "5", candidate: null }, ["- 5", "+ (not there)"]],
  ["an empty side", { baseline: "", candidate: "x" }, ["- (empty)", "+ x"]],
  ["a missing line feed", { baseline: "a\n", candidate: "a" }, ["- a\\n", "+ a"]],
  [
    "a missing line feed after several lines",
    { baseline: "a\nb\n", candidate: "a\nb" },
    ["  a", "- b\\n", "+ b"],
  ],
  [
    "only line ends",
    { baseline: "a\r\nb\r\n", candidate: "a\nb\n" },
    ["- a\\r", "- b\\r", "+ a", "+ b"],
  ],
  ["control characters", { baseline: "\u001b[1mx", candidate: "x\0" }, ["- \\e[1mx", "+ x\\u0000"]],
  ["what looks alike", { baseline: "a b", candidate: "a\u00a0b" }, ["- a b", "+ a\\u00a0b"]],
])("%s", (_, { baseline, candidate }, lines) => {
  expect(diffLines(baseline, candidate)).toEqual(lines);
});

test("of two long lines that part late, the place where they part is shown", () => {
  const long = "x".repeat(300);
  expect(block({ baseline: `${long}1 and more`, candidate: `${long}2 and more` })).toBe(`
    ✗ multi: greets http.body
      - …xxxxxxxxxxxxxxxxxxxx1 and more
      + …xxxxxxxxxxxxxxxxxxxx2 and more
`);
});

test("of a changed long line among others, too", () => {
  const long = "x".repeat(300);
  const lines = diffLines(`first\n${long}1\nlast\n`, `first\n${long}2\nlast\n`);
  expect(lines).toEqual(["  first", `- …${"x".repeat(20)}1`, `+ …${"x".repeat(20)}2`, "  last"]);
});

test("much is cut off, and says where the rest is", () => {
  const numbers = (from: number): string =>
    Array.from({ length: 100 }, (_, at) => `${from + at}`).join("\n");
  const lines = diffLines(numbers(0), numbers(1000));
  expect(lines).toHaveLength(17);
  expect(lines.at(-1)).toBe("  … 184 more lines, see --json");
  expect(diffLines(numbers(0), null)).toEqual([
    ...["0", "1", "2", "3", "4", "5", "6", "7"].map((it) => `- ${it}`),
    "- … 92 more lines, see --json",
    "+ (not there)",
  ]);
});

test("of very much that was added, the beginning of it is shown", () => {
  const added = Array.from({ length: 2000 }, (_, at) => `more ${at}\n`).join("");
  const lines = diffLines("a\nb\n", `a\nb\n${added}`);
  expect(lines.slice(0, 2)).toEqual(["+ more 0", "+ more 1"]);
  expect(lines.at(-1)).toBe("+ … 1993 more lines, see --json");
});

test("causes stand below, with their evidence", () => {
  expect(
    block({
      fact: "exit.code",
      baseline: "0",
      candidate: "127",
      causes: [
        {
          id: "missing-loader",
          evidence: "/app/app asks for /lib64/ld-linux-x86-64.so.2, which the candidate lacks",
          mend: "build with CGO_ENABLED=0",
        },
        { id: "changed-user", evidence: "the candidate runs as 1000", mend: null },
      ],
    }),
  ).toBe(`
    ✗ multi: greets exit.code
      - 0
      + 127
      cause  missing-loader: /app/app asks for /lib64/ld-linux-x86-64.so.2,
             which the candidate lacks
      mend   build with CGO_ENABLED=0
      or     changed-user: the candidate runs as 1000
`);
});

test("a cause that was told is not told again", () => {
  const told = new Set<string>();
  const cause = { id: "missing-loader", evidence: "no loader", mend: "a base with one" };
  const other = { id: "changed-user", evidence: "another user", mend: null };
  const lines = (causes: readonly (typeof cause | typeof other)[]): string[] =>
    differenceLines("multi", difference({ causes }), plain, 80, told).slice(3);
  expect(lines([cause])).toEqual([
    "      cause  missing-loader: no loader",
    "      mend   a base with one",
  ]);
  expect(lines([cause, other])).toEqual([
    "      cause  missing-loader, as above",
    "      or     changed-user: another user",
  ]);
  expect(lines([other, cause])).toEqual(["      cause  changed-user, as above"]);
});

test("a fact's name cannot write lines of its own", () => {
  expect(block({ fact: "files./a\n  ✓ all is well", baseline: "1", candidate: "2" })).toBe(`
    ✗ multi: greets files./a\\n  ✓ all is well
      - 1
      + 2
`);
});

test("colours both sides, the mark and the probe", () => {
  expect(differenceLines("multi", difference({}), painter(true), 80)).toEqual([
    "    \u001b[31m✗\u001b[39m multi: \u001b[1mgreets\u001b[22m http.body",
    "\u001b[31m      - Hello, Docker!\u001b[39m",
    "\u001b[32m      + Hello!\u001b[39m",
  ]);
});

describe("whatever the values", () => {
  test("is bounded in lines and columns, shows a difference, and nothing that a terminal obeys", () => {
    const piece = fc.constantFrom(
      "a",
      "b",
      "\n",
      "\r\n",
      "漢",
      "🚀",
      "\u001b[2J",
      "\u202e",
      " ",
      "x".repeat(90),
    );
    const value = fc.oneof(
      fc.array(piece, { maxLength: 60 }).map((it) => it.join("")),
      fc.string({ unit: "binary", maxLength: 200 }),
    );
    fc.assert(
      fc.property(
        fc.option(value),
        fc.option(value),
        value,
        value,
        (baseline, candidate, probe, fact) => {
          if (baseline === candidate) return;
          const lines = differenceLines(
            "multi",
            difference({ baseline, candidate, probe, fact }),
            plain,
            80,
          );
          expect(lines.length).toBeLessThanOrEqual(20);
          const bad = lines.filter(
            (line) => stringWidth(line) > 80 || /[\p{Cc}\p{Cf}\p{Cs}]/u.test(line),
          );
          expect(bad).toEqual([]);
          const side = (sign: string): string[] =>
            lines.filter((it) => it.startsWith(`      ${sign}`)).map((it) => it.slice(7));
          if (lines.length < 18) expect(side("-").join("\n") === side("+").join("\n")).toBe(false);
        },
      ),
    );
  });

  test("a megabyte of other lines takes no time", () => {
    const text = (seed: number): string =>
      Array.from({ length: 60_000 }, (_, at) => ((at + 1) * seed) % 1_000_003).join("\n");
    const began = performance.now();
    const lines = diffLines(text(7919), text(104_729));
    expect(performance.now() - began).toBeLessThan(3000);
    expect(lines.length).toBeLessThanOrEqual(17);
    expect(lines[0]).toBe("- 7919");
    expect(lines.some((line) => line.startsWith("+ "))).toBe(true);
  });

  test("a megabyte without a line end does not, either", () => {
    const began = performance.now();
    const lines = differenceLines(
      "multi",
      difference({ baseline: "漢".repeat(330_000), candidate: `${"漢".repeat(330_000)}x` }),
      plain,
      80,
    );
    expect(performance.now() - began).toBeLessThan(1000);
    expect(lines.at(-1)).toMatch(/…漢+x$/);
  });
});
