import { agrees } from "../compare/noise/agrees.ts";

/** One program that is asked one thing after another. */
export interface Talk<Input> {
  /** What it answers, as text; how it ended, when it did. */
  ask(input: Input): Promise<string>;
  /** It has ended, and has to be started anew to be asked more. */
  over(): boolean;
  close(): Promise<void>;
}

/** What two programs answer to one input. */
export interface Answers {
  readonly same: boolean;
  readonly baseline: string;
  readonly candidate: string;
}

/** The baseline, the baseline once more, to know what is noise, and the candidate: all asked the same, side by side. */
export interface Lab<Input> {
  ask(input: Input): Promise<Answers>;
  /** Asks programs that were asked nothing before: what a difference is told by. */
  askAnew(input: Input): Promise<Answers>;
  /** How often some program had to be started because one had ended or enough was asked of it. */
  starts(): number;
  close(): Promise<void>;
}

/** `open` starts a program; all three are started again after `most` inputs, and when one has ended. */
export function openLab<Input>(
  open: (side: "baseline" | "candidate") => Promise<Talk<Input>>,
  most: number,
): Lab<Input> {
  let talks: readonly Talk<Input>[] = [];
  let asked = 0;
  let starts = 0;

  async function close(): Promise<void> {
    const open = talks;
    talks = [];
    await Promise.all(open.map((talk) => talk.close()));
  }

  async function restart(): Promise<void> {
    await close();
    const opening = [open("baseline"), open("baseline"), open("candidate")];
    const opened = await Promise.allSettled(opening);
    talks = opened.flatMap((it) => (it.status === "fulfilled" ? [it.value] : []));
    const failed = opened.find((it) => it.status === "rejected");
    if (failed) {
      await close();
      throw failed.reason;
    }
    asked = 0;
    starts += 1;
  }

  async function ask(input: Input): Promise<Answers> {
    if (talks.length === 0 || asked >= most || talks.some((talk) => talk.over())) await restart();
    asked += 1;
    const [baseline = "", twin = "", candidate = ""] = await Promise.all(
      talks.map((talk) => talk.ask(input)),
    );
    return { same: agrees([baseline, twin], candidate), baseline, candidate };
  }

  return {
    ask,
    async askAnew(input) {
      await close();
      return ask(input);
    },
    starts: () => starts,
    close,
  };
}
