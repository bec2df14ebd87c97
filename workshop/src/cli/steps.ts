import { createLogUpdate } from "log-update";
import { bytes, cut, harmless } from "slimproof";
import type { Step } from "../watch/checker.ts";

export interface Steps {
  readonly step: (step: Step) => void;
  /** Takes the live line away. */
  stop(): void;
}

/** What the judge is at, on standard error: a line that is redrawn on a terminal, a line a step elsewhere. */
export function openSteps(): Steps {
  const began = performance.now();
  const seconds = (): string => ((performance.now() - began) / 1000).toFixed(1).padStart(6);
  const isLive = process.stderr.isTTY && !process.env["CI"] && process.env["TERM"] !== "dumb";
  if (!isLive) {
    let last = "";
    return {
      step({ text }) {
        if (text === last) return;
        last = text;
        process.stderr.write(`${seconds()} s  ${cut(harmless(text), 160)}\n`);
      },
      stop() {},
    };
  }
  const update = createLogUpdate(process.stderr, { showCursor: true });
  let now = "";
  const draw = (): void =>
    update(cut(`${seconds()} s  ${now}`, (process.stderr.columns || 80) - 1));
  const timer = setInterval(draw, 125).unref();
  return {
    step({ text, size }) {
      now = harmless(size === null ? text : `${text}, ${bytes(size)} so far`);
    },
    stop() {
      clearInterval(timer);
      update.clear();
    },
  };
}
