/**
 * What a teacher needs around a class: checking a laptop, packing the course into one file, merging progress. Nothing
 * here judges exercises; only commands print.
 */
import { wrap } from "slimproof";
import { diagnosesOf, type Diagnosis } from "./diagnosis.ts";
import { factsOf } from "./facts.ts";

/** Looks a laptop over, for whoever called the runner by `call`. Starts at most one short container; changes nothing. */
export async function diagnose(call: string): Promise<readonly Diagnosis[]> {
  return diagnosesOf(await factsOf(), call);
}

/** 0 when nothing is bad, else 1. */
export function doctorExit(found: readonly Diagnosis[]): 0 | 1 {
  return found.some(({ state }) => state === "bad") ? 1 : 0;
}

const MARKS = { ok: "ok  ", warn: "WARN", bad: "BAD " } as const;

/** One paragraph for each thing, with what to do below it. */
export function doctorText(found: readonly Diagnosis[], columns: number): string {
  const indent = " ".repeat(15);
  const lines = found.flatMap(({ about, state, found: what, advice }) => {
    const said = wrap(what, columns - indent.length);
    const todo = advice === null ? [] : wrap(advice, columns - indent.length - 2);
    return [
      ...said.map((it, at) =>
        at === 0 ? `${MARKS[state]} ${about.padEnd(10)}${it}` : indent + it,
      ),
      ...todo.map((it, at) => `${indent}${at === 0 ? "> " : "  "}${it}`),
    ];
  });
  const sum = doctorExit(found) === 0 ? "This machine is ready." : "This machine is not ready.";
  return [...lines, sum].join("\n");
}

/** One document, for `--json`; TEACHING.md tells its shape. */
export function doctorJson(found: readonly Diagnosis[]): string {
  return JSON.stringify({ schema: 1, ready: doctorExit(found) === 0, things: found }, null, 2);
}
