import fc from "fast-check";
import { containerSpec } from "../drive/launch.ts";
import { openServices } from "../drive/services.ts";
import type { Containers, ContainerSpec } from "../model/container.ts";
import type { Contract, Fuzz } from "../model/contract.ts";
import type { Counterexample, FuzzResult } from "../model/fuzz-result.ts";
import type { Image } from "../model/image.ts";
import { fromTemplate } from "./generators.ts";
import { httpTalk, type Request } from "./http-talk.ts";
import { openLab, type Answers, type Lab, type Talk } from "./lab.ts";
import { pipeTalk, terminalTalk } from "./line-talk.ts";

export interface FuzzOptions {
  readonly seed: number;
  /** For each entry of the contract, in milliseconds. */
  readonly budget: number;
  /** Inputs on which the two differed before: asked first. */
  readonly known: readonly Counterexample[];
  /** A task is three containers. */
  readonly gate: <T>(task: () => Promise<T>) => Promise<T>;
  readonly signal: AbortSignal;
}

/** A pair of images, ready to be run. */
export interface FuzzedPair {
  readonly baseline: Image;
  readonly candidate: Image;
}

/**
 * Puts generated stimuli to both images until they differ, the contract's number of them is used up, or the time is. What
 * differs is shrunk, and asked of fresh containers, before it is told.
 * @throws EngineError when the engine fails; the signal's reason.
 */
export async function fuzz(
  entry: Fuzz,
  contract: Contract,
  pair: FuzzedPair,
  containers: Containers,
  options: FuzzOptions,
): Promise<FuzzResult> {
  const { run } = contract;
  const { signal } = options;
  const imageOf = (side: "baseline" | "candidate"): Image => pair[side];
  if (entry.kind === "http") {
    const lab = openLab<Request>(
      (side) =>
        beside(contract, containers, signal, (network) =>
          httpTalk(
            containerSpec(imageOf(side), run, { network, ports: [entry.port] }),
            entry.port,
            run.ready,
            containers,
            signal,
          ),
        ),
      Infinity,
    );
    const request = fc.record({
      method: fc.constantFrom(...entry.methods),
      path: fc.oneof(...entry.paths.map((path) => fromTemplate(path, entry.words).map(sendable))),
    });
    return await options.gate(() =>
      search(entry.name, lab, request, entry.requests, showRequest, options),
    );
  }
  const lines = fc.oneof(...entry.lines.map((line) => fromTemplate(line, entry.words)));
  const total = entry.sessions * entry.linesPerSession;
  // A terminal takes lines of 4095 bytes at most and gives meaning to control characters; a pipe takes anything.
  const half = Math.ceil(total / 2);
  const talk = (kind: typeof pipeTalk) => (side: "baseline" | "candidate") =>
    beside(contract, containers, signal, (network) => {
      const spec = containerSpec(imageOf(side), run, { network });
      return kind({ spec, after: entry.after, containers, signal });
    });
  const begun = performance.now();
  const piped = await options.gate(() =>
    search(entry.name, openLab(talk(pipeTalk), entry.linesPerSession), lines, half, showLine, {
      ...options,
      budget: options.budget * 0.6,
    }),
  );
  if (piped.counterexample) return piped;
  const typed = await options.gate(() =>
    search(
      entry.name,
      openLab(talk(terminalTalk), entry.linesPerSession),
      lines.filter((line) => line.length < 1000 && /^[\x20-\x7e]*$/.test(line)),
      total - half,
      showLine,
      { ...options, budget: options.budget - (performance.now() - begun) },
    ),
  );
  return { ...typed, asked: piped.asked + typed.asked, starts: piped.starts + typed.starts };
}

/** A program beside the services of its contract, which are its own: they start with it and go with it. */
async function beside<Input>(
  { services, run }: Contract,
  containers: Containers,
  signal: AbortSignal,
  open: (network: ContainerSpec["network"]) => Promise<Talk<Input>>,
): Promise<Talk<Input>> {
  if (services.length === 0) return await open(run.network);
  const set = await openServices(services, containers, { signal, onProbe: () => {} });
  try {
    const talk = await open(set.network);
    return {
      ...talk,
      async close() {
        await talk.close();
        await set[Symbol.asyncDispose]();
      },
    };
  } catch (error) {
    await set[Symbol.asyncDispose]();
    throw error;
  }
}

async function search<Input>(
  name: string,
  lab: Lab<Input>,
  inputs: fc.Arbitrary<Input>,
  most: number,
  show: (input: Input) => string,
  { seed, budget, known, signal }: FuzzOptions,
): Promise<FuzzResult> {
  const until = performance.now() + budget;
  let asked = 0;
  let confirmed: Found<Input> | null = null;
  const differs = async (input: Input): Promise<boolean> => {
    asked += 1;
    const answers = await lab.askAnew(input);
    if (!answers.same) confirmed = { input, ...answers };
    return !answers.same;
  };
  const replayed = known.filter((it) => it.fuzz === name).map((it): [Input] => [it.input as Input]);
  const check = async (careful: boolean, path: string): Promise<fc.RunDetails<[Input]>> => {
    const property = fc.asyncProperty(inputs, async (input) => {
      signal.throwIfAborted();
      if (careful) return !(await differs(input));
      asked += 1;
      if ((await lab.ask(input)).same) return true;
      // What came before must not count, so fresh programs are asked; smaller inputs are then tried on them without
      // starting others each time, and the smallest is asked of fresh ones again.
      return confirmed === null && !(await differs(input));
    });
    const details = await fc.check(property, {
      seed,
      numRuns: most + replayed.length,
      examples: replayed,
      interruptAfterTimeLimit: Math.max(1, until - performance.now()),
      ...(path === "" ? {} : { path }),
    });
    if (details.errorInstance && signal.aborted) throw signal.reason;
    return details;
  };
  try {
    let details = await check(false, "");
    const smallest = details.counterexample?.[0];
    if (smallest !== undefined && !(await differs(smallest)))
      // The one is in another state than the other after a difference: each has to be asked of fresh programs.
      details = await check(true, details.counterexamplePath?.split(":")[0] ?? "");
    return {
      name,
      seed,
      asked,
      starts: lab.starts(),
      counterexample: counterexampleOf(name, confirmed, show),
      error: details.errorInstance instanceof Error ? details.errorInstance : null,
    };
  } finally {
    await lab.close();
  }
}

/** An input, and what fresh programs answer to it. */
interface Found<Input> extends Answers {
  readonly input: Input;
}

function counterexampleOf<Input>(
  name: string,
  found: Found<Input> | null,
  show: (input: Input) => string,
): FuzzResult["counterexample"] {
  if (found === null) return null;
  const { input, baseline, candidate } = found;
  return { fuzz: name, input, shown: show(input), baseline, candidate };
}

function showLine(line: string): string {
  return (
    JSON.stringify(line.length > 200 ? `${line.slice(0, 100)}…` : line) +
    (line.length > 200 ? ` (${line.length} characters)` : "")
  );
}

function showRequest({ method, path }: Request): string {
  return `${method} ${path}`;
}

/** What a request line cannot hold is percent-encoded, as browsers do. */
function sendable(path: string): string {
  return path.replaceAll(/[^\x21-\x7e]/gu, (character) => {
    try {
      return encodeURIComponent(character);
    } catch {
      return "%EF%BF%BD"; // half of a surrogate pair
    }
  });
}
