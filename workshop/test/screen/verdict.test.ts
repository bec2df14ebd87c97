import { widthOf, type PairResult } from "slimproof";
import { describe, expect, test } from "vitest";
import type { Outcome } from "../../src/judge/outcome.ts";
import { sizeLine } from "../../src/screen/bars.ts";
import { framed } from "../../src/screen/frame.ts";
import { lineDiff } from "../../src/screen/line-diff.ts";
import { lookOf } from "../../src/screen/look.ts";
import { fit, linesOf, pageOf } from "../../src/screen/pages.ts";
import { verdictBody } from "../../src/screen/verdict.ts";

const plain = lookOf(false);
const sizes = { size: 9_140_000, twin: 763_000_000, goal: { text: "< 2%", bytes: 15_260_000 } };
const cause = {
  id: "missing-loader",
  evidence: "/app/app asks for /lib64/ld-linux-x86-64.so.2, which the candidate lacks",
  mend: "build with CGO_ENABLED=0",
};
const difference = (fact: string) => ({
  probe: "greets",
  fact,
  baseline: "200",
  candidate: null,
  causes: [cause],
  accepted: null,
});
const pair = {
  differences: [difference("http.status"), difference("http.reason"), difference("http.body")],
  claims: [{ claim: "size < 2%", holds: true, measured: "1.2%" }],
  images: { baseline: null, candidate: null },
  unproven: [],
  error: null,
} as unknown as PairResult;

function screen(outcome: Outcome, hint: string | null, columns = 80, rows = 24): readonly string[] {
  const frame = {
    number: 9,
    title: "The missing loader",
    done: 8,
    count: 16,
    folder: "exercises/09-missing-loader",
    file: "Dockerfile",
    keys: [
      ["h", "hint"],
      ["q", "quit"],
    ] as const,
  };
  const verdict = { outcome, seconds: 1.26, hint, sizes };
  return framed(frame, verdictBody(verdict, columns - 1, plain), { columns, rows }, plain);
}

test("a verdict on 80 by 24", () => {
  const lines = screen({ kind: "differs", pair }, "Decide: no loader, or a base that has one.");
  expect(lines.join("\n")).toMatchInlineSnapshot(`
    "09 The missing loader                                ########........ 8/16 done
    read exercises/09-missing-loader/README.md, edit …/Dockerfile
    -------------------------------------------------------------------------------

     x Not yet: 3 facts differ (1.3 s)

       x greets http.status
         - 200
         + (not there)
         why   /app/app asks for /lib64/ld-linux-x86-64.so.2, which your image
               lacks
         mend  build with CGO_ENABLED=0

         and 2 more facts for the same reason

       + size < 2%  1.2%

     size |......................... 9.14 MB of 763 MB, 1.2%; goal < 2%

     -> Decide: no loader, or a base that has one.
    -------------------------------------------------------------------------------
    h hint  q quit"
  `);
});

const hostile: Outcome = {
  kind: "unbuilt",
  message: "RUN x failed \u001b[2J with 1",
  detail: Array.from({ length: 500 }, () => `\u001b]0;title\u0007${"漢字".repeat(500)}`),
};

describe.each([
  [80, 24],
  [40, 12],
  [200, 60],
])("on %i by %i", (columns, rows) => {
  test.each([
    ["a verdict", { kind: "differs", pair } as Outcome],
    ["a hostile build", hostile],
    ["an empty file", { kind: "empty", file: "Dockerfile" } as Outcome],
  ])("%s fits and holds no control character", (_, outcome) => {
    const lines = screen(outcome, "long ".repeat(200), columns, rows);
    expect(lines.length).toBeLessThan(rows);
    for (const line of lines) {
      expect(widthOf(line)).toBeLessThan(columns);
      // eslint-disable-next-line no-control-regex
      expect(line).not.toMatch(/[\u0000-\u001f]/);
    }
  });
});

test("a bar shows the goal, and nothing while nothing is known", () => {
  expect(sizeLine({ size: 500, twin: 1000, goal: { text: "< 25%", bytes: 250 } }, plain)).toBe(
    "size ######|######............. 500 B of 1.00 kB, 50.0%; goal < 25%",
  );
  expect(sizeLine({ size: null, twin: null, goal: null }, plain)).toBe("");
});

test("a diff shows what changed, with its surroundings", () => {
  expect(lineDiff("a\nb\nc\nd\ne\nf", "a\nb\nc\nX\ne\nf", 80, plain)).toEqual([
    "   b",
    "   c",
    " - d",
    " + X",
    "   e",
    "   f",
  ]);
  expect(lineDiff("a\nb", "a\nb", 80, plain)).toEqual([]);
});

test("what is cut says so: the beginning of a log, the end of all else, never what stays", () => {
  const log = ["1", "2", "3", "4", "5", "6"];
  const body = { top: ["head"], latest: log, bottom: ["", "advice"] };
  expect(fit(body, 9, plain)).toEqual(["head", ...log, "", "advice"]);
  expect(fit(body, 6, plain)).toEqual(["head", " ... 4 earlier lines", "5", "6", "", "advice"]);
  expect(fit({ top: log, bottom: ["advice"] }, 4, plain)).toEqual([
    "1",
    "2",
    " ... 4 more lines",
    "advice",
  ]);
});

test("what to read and edit is told as far as there is room, its end first", () => {
  const second = (columns: number): string | undefined => {
    const frame = {
      number: 1,
      title: "t",
      done: 0,
      count: 1,
      folder: "a/long/way",
      file: "Dockerfile",
      keys: [],
    };
    return framed(frame, { top: [], bottom: [] }, { columns, rows: 24 }, plain)[1];
  };
  expect(second(80)).toBe("read a/long/way/README.md, edit a/long/way/Dockerfile");
  expect(second(50)).toBe("read a/long/way/README.md, edit …/Dockerfile");
  expect(second(44)).toBe("read …/way/README.md, edit …/Dockerfile");
  expect(second(36)).toBe("read README.md, edit …/Dockerfile");
});

test("a check that does not hold says on its line what was found, and all of it unless the hint does", () => {
  const shown = (why: string, hint: string): string => {
    const outcome = { kind: "lacking", pair, check: { kind: "secrets" }, why } as const;
    return verdictBody({ outcome, seconds: 1, hint, sizes }, 79, plain).top.join("\n");
  };
  expect(shown("none of 4 stages has a name", "Name them.")).toMatch(
    /x check secrets {2}none of 4 stages has a name\n(?! {5})/,
  );
  const long = "after an edit of app.py this ran again: RUN pip install --no-cache-dir -r r.txt";
  expect(shown(long, "Copy the list first.")).toMatch(/x check secrets\n {5}why {3}after an edit/);
  expect(shown(long, `Slow: ${long}.`)).toMatch(/x check secrets {2}after an edit.*…\n(?! {5})/);
});

test("what the hint tells is not told above it as well", () => {
  const shown = (hint: string): string =>
    verdictBody(
      { outcome: { kind: "differs", pair }, seconds: 1, hint, sizes },
      79,
      plain,
    ).top.join("\n");
  expect(shown("Something else.")).toMatch(/why {3}\/app.*your image/);
  const told = shown(
    "Not loaded: /app/app asks for /lib64/ld-linux-x86-64.so.2, which your image lacks. Build with CGO_ENABLED=0.",
  );
  expect(told).not.toMatch(/why|mend/);
  // A hint that has no room for it has not told it.
  expect(shown(`${"long ".repeat(100)} build with CGO_ENABLED=0`)).toMatch(/mend/);
});

test("what was cut is on the pages behind the first, all of it and in order", () => {
  const top = Array.from({ length: 9 }, (_, at) => `line ${at}`);
  const page = (rows: number, number: number) =>
    pageOf({ top, bottom: ["end"] }, rows, number, plain);
  expect(page(10, 0)).toEqual({ lines: [...top, "end"], at: 0, count: 1 });
  expect(page(6, 0).lines).toEqual([...top.slice(0, 4), " ... 5 more lines", "end"]);
  expect(page(6, 1)).toEqual({
    lines: ["", "line 4", "line 5", "line 6", "line 7", " ... 2 more lines"],
    at: 1,
    count: 3,
  });
  expect(page(6, 2).lines).toEqual(["", "line 8", "end"]);
  expect(page(6, 3)).toEqual(page(6, 0));
});

test.each([
  ["a fact", { ...difference("http.body"), baseline: "a\n".repeat(20), candidate: "b" }, "a"],
  ["a hint", difference("http.status"), "the end."],
])("of %s that is cut, the pages behind tell the rest", (_, it, last) => {
  const one = { ...pair, differences: [it] } as PairResult;
  const hint = `${"long ".repeat(100)}the end.`;
  const body = verdictBody(
    { outcome: { kind: "differs", pair: one }, seconds: 1, hint, sizes },
    79,
    plain,
  );
  expect(linesOf(body).length).toBeLessThan(body.whole?.length ?? 0);
  expect(body.whole?.join("\n")).toContain(last);
  for (const rows of [8, 18, 40]) expect(pageOf(body, rows, 0, plain).count).toBeGreaterThan(1);
});

test("a bar is grey while the program does not run, however small its image", () => {
  const painted = lookOf(true);
  const green = painted.paint("green", "x").split("x")[0] ?? "";
  const down = { ...difference("start"), probe: "container", candidate: "false" };
  const line = (differences: readonly unknown[], size: number): string =>
    verdictBody(
      {
        outcome: { kind: "differs", pair: { ...pair, differences, claims: [] } as PairResult },
        seconds: 1,
        hint: null,
        sizes: { ...sizes, size },
      },
      79,
      painted,
    ).bottom.join("");
  expect(line([difference("http.body")], 9_140_000)).toContain(green);
  expect(line([difference("http.body")], 0)).not.toContain(green);
  expect(line([down], 9_140_000)).not.toContain(green);
});
