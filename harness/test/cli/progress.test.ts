import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { openProgress } from "../../src/cli/progress.ts";
import type { Progress } from "../../src/check.ts";

let written: string;
let before: PropertyDescriptorMap;
beforeEach(() => {
  written = "";
  before = Object.getOwnPropertyDescriptors(process.stderr);
  vi.spyOn(process.stderr, "write").mockImplementation((text) => {
    written += String(text);
    return true;
  });
});
afterEach(() => {
  vi.restoreAllMocks();
  for (const name of ["isTTY", "columns", "rows"]) {
    const own = before[name];
    if (own) Object.defineProperty(process.stderr, name, own);
    else Reflect.deleteProperty(process.stderr, name);
  }
  vi.unstubAllEnvs();
  vi.useRealTimers();
});

const EVENTS: readonly Progress[] = [
  {
    kind: "build",
    pair: "calc",
    image: "multi",
    event: { step: "[1/2] FROM x", state: "started" },
  },
  { kind: "built", pair: "calc", image: "multi", seconds: 1.25 },
  { kind: "built", pair: "calc", image: "shipped", seconds: null },
  { kind: "drive", pair: "calc", image: "multi", probe: "greets" },
  { kind: "again", pair: "calc", image: "multi" },
  { kind: "judged", pair: "calc", image: "multi", verdict: "same" },
];

function terminal(is: boolean): void {
  for (const [name, value] of Object.entries({ isTTY: is, columns: 60, rows: 10 }))
    Object.defineProperty(process.stderr, name, { value, configurable: true });
}

test("without a terminal, is a line for what has come about", () => {
  terminal(false);
  const progress = openProgress(false);
  for (const event of EVENTS) progress.onProgress(event);
  progress.stop();
  expect(written.replaceAll(/^ +\d+\.\d s/gm, "TIME")).toBe(
    [
      "TIME  calc multi: built in 1.3 s",
      "TIME  calc shipped: found",
      "TIME  calc multi: driven once more, to tell differences from noise",
      "TIME  calc multi: same",
      "",
    ].join("\n"),
  );
});

test("a name cannot draw on the terminal", () => {
  terminal(false);
  openProgress(false).onProgress({
    kind: "judged",
    pair: "a\u001b[2J",
    image: "b\nc",
    verdict: "same",
  });
  expect(written).toMatch(/a\\e\[2J b\\nc: same\n$/);
});

test("quiet, is nothing", () => {
  terminal(true);
  const progress = openProgress(true);
  for (const event of EVENTS) progress.onProgress(event);
  progress.stop();
  expect(written).toBe("");
});

test("on a terminal, is drawn anew while it goes on, and taken away at the end", () => {
  vi.useFakeTimers();
  terminal(true);
  vi.stubEnv("CI", undefined);
  vi.stubEnv("TERM", "xterm");
  const progress = openProgress(false);
  for (const event of EVENTS.slice(0, 4)) progress.onProgress(event);
  vi.advanceTimersByTime(250);
  expect(written).toContain('driving "greets"');
  expect(written).toContain("calc shipped");
  written = "";
  progress.stop();
  expect(written).toContain("\u001b["); // the lines are erased
  expect(written).not.toContain("calc");
  written = "";
  vi.advanceTimersByTime(1000);
  expect(written).toBe("");
});

test.each([
  ["CI", "true"],
  ["TERM", "dumb"],
])("with %s=%s, a terminal gets lines", (name, value) => {
  terminal(true);
  vi.stubEnv("CI", undefined);
  vi.stubEnv("TERM", "xterm");
  vi.stubEnv(name, value);
  const progress = openProgress(false);
  for (const event of EVENTS) progress.onProgress(event);
  progress.stop();
  expect(written.split("\n")).toHaveLength(5);
});
