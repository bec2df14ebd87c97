/** A proof as text: results in, text out. */
import { bytes } from "slimproof";
import type { CourseProof, ExerciseProof } from "./prove.ts";

/** One exercise on a line, and a line for each fault. */
export function proofLines({ name, twin, solution, faults, seconds }: ExerciseProof): string {
  const size = twin === null || solution === null ? "" : `${bytes(twin)} -> ${bytes(solution)}`;
  const mark = faults.length === 0 ? "ok  " : "FAIL";
  const line = `${mark} ${name.padEnd(30)} ${size.padEnd(22)} ${seconds.toFixed(1).padStart(6)} s`;
  return [line, ...faults.map(({ about, message }) => `     ${about}: ${message}`)].join("\n");
}

/** What is wrong with the whole, and the sum. */
export function proofSummary({ exercises, faults, seconds }: CourseProof): string {
  const whole = faults
    .filter(({ of }) => of === "course")
    .map(({ message }) => `FAIL course: ${message}`);
  const good = exercises.filter((it) => it.faults.length === 0).length;
  const verdict =
    faults.length === 0
      ? "every starter fails for its reason, every solution passes"
      : `${faults.length} ${faults.length === 1 ? "thing is" : "things are"} to be mended`;
  return [
    ...whole,
    `${good} of ${exercises.length} exercises hold; ${verdict} (${seconds.toFixed(1)} s)`,
  ].join("\n");
}

/** One document, for `--json`. */
export function proofJson(proof: CourseProof): string {
  return JSON.stringify({ schema: 1, holds: proof.faults.length === 0, ...proof }, null, 2);
}

/** 0 when all holds, 1 else. */
export function proofExit({ faults }: CourseProof): number {
  return faults.length === 0 ? 0 : 1;
}
