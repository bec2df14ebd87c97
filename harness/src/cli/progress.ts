/** What only the command line needs: live progress on standard error. */
import { createLogUpdate } from "log-update";
import type { Progress } from "../check.ts";
import { progressView, type ImageState } from "../report/progress.ts";
import { harmless } from "../report/text.ts";

export interface ProgressPrinter {
  readonly onProgress: (progress: Progress) => void;
  /** Takes the live view away, before a report is written. */
  stop(): void;
}

/** A live view where standard error is a terminal, a line an event elsewhere, nothing when `quiet`. */
export function openProgress(quiet: boolean): ProgressPrinter {
  if (quiet) return { onProgress: () => {}, stop: () => {} };
  const live = process.stderr.isTTY && !process.env["CI"] && process.env["TERM"] !== "dumb";
  return live ? liveProgress() : plainProgress();
}

function plainProgress(): ProgressPrinter {
  const began = performance.now();
  return {
    onProgress(progress) {
      const text = plainText(progress);
      if (text === null) return;
      const seconds = ((performance.now() - began) / 1000).toFixed(1).padStart(6);
      const line = harmless(`${progress.pair} ${progress.image}: ${text}`);
      process.stderr.write(`${seconds} s  ${line}\n`);
    },
    stop: () => {},
  };
}

/** Steps and probes are left out where nothing is redrawn: they would be most of a CI log. */
function plainText(progress: Progress): string | null {
  switch (progress.kind) {
    case "queued":
    case "build":
    case "drive":
    case "likely":
      return null;
    case "built":
      return progress.seconds === null ? "found" : `built in ${progress.seconds.toFixed(1)} s`;
    case "again":
      return "driven once more, to tell differences from noise";
    case "judged":
      return progress.verdict;
    default:
      return progress satisfies never;
  }
}

function liveProgress(): ProgressPrinter {
  const update = createLogUpdate(process.stderr, { showCursor: true });
  const states = new Map<string, ImageState>();
  let tick = 0;
  const draw = (): void => {
    const { columns, rows } = process.stderr;
    update(progressView([...states.values()], tick, Math.min(columns, 100), Math.max(1, rows - 2)));
  };
  const timer = setInterval(() => {
    tick += 1;
    draw();
  }, 100).unref();
  return {
    onProgress(progress) {
      const { pair, image } = progress;
      states.set(`${pair}\n${image}`, { pair, image, ...stateOf(progress) });
    },
    stop() {
      clearInterval(timer);
      update.clear();
    },
  };
}

function stateOf(progress: Progress): Pick<ImageState, "doing" | "done"> {
  switch (progress.kind) {
    case "queued":
      return { doing: "waiting", done: false };
    case "build":
      return { doing: `building ${progress.event.step}`, done: false };
    case "built":
      return { doing: "built", done: false };
    case "drive":
      return { doing: `driving "${progress.probe}"`, done: false };
    case "likely":
      return { doing: `${progress.result.verdict}, so far`, done: false };
    case "again":
      return { doing: "driven once more, to tell differences from noise", done: false };
    case "judged":
      return { doing: progress.verdict, done: true };
    default:
      return progress satisfies never;
  }
}
