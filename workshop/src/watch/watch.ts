import type { Exercise } from "../course/exercise.ts";
import { statuses, type Desk } from "../desk/desk.ts";
import { isAsGiven, resetExercise } from "../desk/files.ts";
import { changed, currentOf, nextAfter, progressOf } from "../desk/progress.ts";
import type { hintFor as HintFor } from "../judge/judge.ts";
import type { Look } from "../screen/look.ts";
import type { Canvas } from "./canvas.ts";
import { openChecker, type CheckEvent, type OpenJudge } from "./checker.ts";
import type { Queue } from "./queue.ts";
import { watchSaves, type Saved } from "./saves.ts";
import { broke, enter, likely, settled, sizesOf, stepped, type Position } from "./position.ts";
import { sceneOf } from "./scene-of.ts";
import { sceneLines, type Panel } from "./scene.ts";

export type WatchEvent =
  | CheckEvent
  | Saved
  | { readonly kind: "key"; readonly key: string }
  | { readonly kind: "tick" }
  /** The process is asked to end, with this exit code. */
  | { readonly kind: "stop"; readonly code: number };

export interface WatchParts {
  readonly desk: Desk;
  readonly openJudge: OpenJudge;
  readonly hintFor: typeof HintFor;
  readonly canvas: Canvas;
  readonly look: Look;
  /** Where keys, ticks and signals arrive. */
  readonly events: Queue<WatchEvent>;
  /** How the learner names a folder of the desk from where they are. */
  readonly shown: (folder: string) => string;
  /** How the learner calls the runner. */
  readonly call: string;
}

/** How watch mode ended: the exit code, and what it was at. */
export interface Watched {
  readonly code: number;
  readonly exercise: Exercise;
  /** Whether a check was under way. */
  readonly wasChecking: boolean;
}

/** Said while a check is ended, which takes as long as the engine does. */
const ENDING = "ending: what was started is being removed (ctrl-c leaves at once)";

/** Judges the current exercise whenever it is saved, and does what keys ask for, until one of them ends it. */
export async function watchMode(parts: WatchParts): Promise<Watched> {
  const { desk, events, openJudge, hintFor, canvas, look } = parts;
  await using checker = openChecker(openJudge, events.push);
  await using _ = await watchSaves(desk, events.push);
  let at = await enter(desk, currentOf(await desk.state(), desk.course));
  at = at.phase.kind === "kept" ? at : begin(at);
  let scene = await sceneOf(desk, parts.shown, parts.call, at);
  for (let isTick = false; ;) {
    canvas.draw(sceneLines(scene, canvas.room(), look), isTick);
    const event = await events.next();
    const next = await handle(event);
    if (next === null) {
      const wasChecking = at.check !== null;
      const ending = { ...scene, panel: null, page: 0, notice: ENDING };
      if (wasChecking) canvas.draw(sceneLines(ending, canvas.room(), look), false);
      return { code: codeOf(event), exercise: at.exercise, wasChecking };
    }
    at = next;
    // Nothing on the disk has changed by these, and there are many of them.
    isTick = event.kind === "tick" || event.kind === "step";
    scene = isTick
      ? { ...scene, phase: at.phase, sizes: sizesOf(at, at.size) }
      : await sceneOf(desk, parts.shown, parts.call, at);
  }

  function begin(now: Position): Position {
    const check = checker.start(now.exercise, desk.place(now.exercise));
    const begun = {
      ...now,
      check,
      isReset: false,
      began: performance.now(),
      size: null,
      panel: null,
      page: 0,
      notice: null,
    };
    return stepped(begun, "looking at what you wrote", null);
  }

  async function go(exercise: Exercise): Promise<Position> {
    checker.stop();
    const there = await enter(desk, exercise);
    return there.phase.kind === "kept" ? there : begin(there);
  }

  async function handle(event: WatchEvent): Promise<Position | null> {
    switch (event.kind) {
      case "stop":
        return null;
      case "key":
        return await press(event.key);
      case "tick":
        return at.phase.kind === "working" ? stepped(at, at.phase.step, null) : at;
      case "saved":
        return event.exercise !== at.exercise.name || (await isOurs()) ? at : begin(at);
      case "moved": {
        const elsewhere = currentOf(await desk.state(), desk.course);
        return elsewhere.name === at.exercise.name ? at : await go(elsewhere);
      }
      case "step":
        return event.of === at.check ? stepped(at, event.step.text, event.step.size) : at;
      case "likely":
        return event.of === at.check ? likely(hintFor, at, event) : at;
      case "broke":
        return event.of === at.check ? { ...at, phase: broke(event.error), check: null } : at;
      case "verdict":
        return event.of === at.check ? await settled(desk, hintFor, at, event) : at;
      default:
        return event satisfies never;
    }
  }

  /** Whether a save is but the reset that is being judged already. */
  async function isOurs(): Promise<boolean> {
    const { check, exercise, isReset } = at;
    return isReset && check !== null && (await isAsGiven(exercise, desk.place(exercise)));
  }

  async function press(key: string): Promise<Position | null> {
    if (key === "q" || key === "ctrl-c") return null;
    if (at.panel === "reset") {
      if (key !== "y") return { ...at, page: 0, panel: null };
      const kept = await resetExercise(at.exercise, desk.place(at.exercise));
      const notice = kept === null ? null : `what you had is in ${parts.shown(kept)}`;
      return { ...begin(at), isReset: true, notice };
    }
    const quiet = { ...at, notice: null };
    const toggled = (panel: Panel): Position => ({
      ...quiet,
      page: 0,
      panel: at.panel === panel ? null : panel,
    });
    switch (key) {
      case "n":
        return await next(quiet);
      case "p": {
        const before = desk.course[at.exercise.number - 2];
        return before ? await go(before) : quiet;
      }
      case "h":
        return await hint(quiet);
      case "r":
        return begin(at);
      case "l":
        return toggled("list");
      case "d":
        return toggled("diff");
      case "s":
        return toggled("sizes");
      case "m":
        return { ...quiet, page: at.page + 1 };
      case "x":
        return toggled("reset");
      case "escape":
      case "enter":
        return { ...quiet, page: 0, panel: null };
      default:
        return quiet;
    }
  }

  async function next(quiet: Position): Promise<Position> {
    const { exercise, phase } = quiet;
    const state = await desk.state();
    const status = (await statuses(desk, state)).get(exercise.name);
    if (phase.kind === "working")
      return { ...quiet, notice: "it is being judged: wait for the verdict" };
    if (status !== "done" && status !== "skipped")
      return { ...quiet, notice: "not done yet: `skip` in another terminal leaves it for later" };
    const following = nextAfter(state, desk.course, exercise);
    return following ? await go(following) : { ...quiet, page: 0, panel: "finished" };
  }

  /** Shows what was shown, then one more a time. */
  async function hint(quiet: Position): Promise<Position> {
    const { name } = quiet.exercise;
    const { hints } = progressOf(await desk.state(), name);
    if (hints === 0 || quiet.panel === "hint")
      await desk.update((state) =>
        changed(state, name, (it) => ({ hints: Math.min(3, it.hints + 1) })),
      );
    return { ...quiet, page: 0, panel: "hint" };
  }
}

/** 130 on ctrl-c, what a signal asks for, else 0. */
function codeOf(event: WatchEvent): number {
  if (event.kind === "stop") return event.code;
  return event.kind === "key" && event.key === "ctrl-c" ? 130 : 0;
}
