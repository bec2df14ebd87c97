import type { Command } from "commander";
import { onInterrupt } from "slimproof";
import type { Desk } from "../desk/desk.ts";
import {
  bareCallName,
  callName,
  DEFAULT_DESK,
  deskFolder,
  isInteractive,
  lookFor,
  opened,
  print,
  shown,
  untilInterrupted,
} from "./surroundings.ts";

/** How often time moves on while a check is under way, milliseconds. */
const TICK = 250;

export function addWatchCommand(program: Command): void {
  program
    .command("watch", { isDefault: true })
    .description("open the current exercise and judge it whenever it is saved (the default)")
    .argument("[name]", "go to this exercise first")
    .action(async (name: string | undefined, _, command: Command) => {
      const desk = await opened((await deskFolder(command)) ?? (await newDesk()));
      if (name !== undefined) {
        const { choose } = await import("../desk/desk.ts");
        const { arrived } = await import("../desk/progress.ts");
        const exercise = choose(desk.course, name);
        await desk.update((it) => arrived(it, exercise.name, new Date()));
      }
      process.exitCode = isInteractive()
        ? await watchHere(desk, command)
        : await runHere(desk, command);
    });
}

async function newDesk(): Promise<string> {
  const { makeDesk } = await import("../desk/make.ts");
  const { defaultLearner } = await import("../desk/desk.ts");
  await makeDesk(DEFAULT_DESK, { learner: defaultLearner(), course: null });
  print([
    `made a desk for you: edit what is in ${DEFAULT_DESK}/exercises, the course's own stays as it is`,
  ]);
  return DEFAULT_DESK;
}

/** Where nobody presses keys, the current exercise is judged once. */
async function runHere(desk: Desk, command: Command): Promise<number> {
  const { runOnce } = await import("./run-once.ts");
  const { currentOf } = await import("../desk/progress.ts");
  const exercise = currentOf(await desk.state(), desk.course);
  return await runOnce(desk, exercise, { look: lookFor(command), signal: untilInterrupted() });
}

async function watchHere(desk: Desk, command: Command): Promise<number> {
  const { watchMode } = await import("../watch/watch.ts");
  const { openCanvas } = await import("../watch/canvas.ts");
  const { keysOf } = await import("../watch/keys.ts");
  const { openQueue } = await import("../watch/queue.ts");
  const { hintFor, openJudge } = await import("../judge/judge.ts");
  const { countDone } = await import("../desk/progress.ts");
  const events = openQueue<import("../watch/watch.ts").WatchEvent>();
  const canvas = openCanvas(process.stdout, process.env["TERM"] === "dumb");
  const { stdin } = process;
  let isEnding = false;
  const onData = (data: string): void => {
    for (const key of keysOf(data)) {
      // Asked twice, it leaves at once: what is left, the next run removes.
      if (key === "ctrl-c" && isEnding) process.exit(130);
      if (key === "ctrl-c" || key === "q") isEnding = true;
      events.push({ kind: "key", key });
    }
  };
  stdin.setRawMode(true);
  stdin.setEncoding("utf8");
  stdin.on("data", onData);
  stdin.on("end", () => events.push({ kind: "stop", code: 129 }));
  process.stdout.on("resize", () => events.push({ kind: "tick" }));
  onInterrupt((code) => events.push({ kind: "stop", code }));
  const timer = setInterval(() => events.push({ kind: "tick" }), TICK);
  try {
    const look = lookFor(command);
    const parts = { desk, openJudge, hintFor, canvas, look, events, shown, call: callName(desk) };
    const { code, exercise, wasChecking } = await watchMode(parts);
    canvas.clear();
    const done = countDone(await desk.state(), desk.course);
    print([
      `stopped at ${exercise.name}, ${done} of ${desk.course.length} done; progress is saved`,
      `${wasChecking ? "the check under way was ended, and " : ""}all containers are removed`,
      `\`${bareCallName(desk)}\` goes on from here`,
    ]);
    return code;
  } finally {
    clearInterval(timer);
    stdin.setRawMode(false);
    stdin.pause();
  }
}
