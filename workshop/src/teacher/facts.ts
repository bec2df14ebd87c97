/** What is so on a laptop, as far as a class needs to know; whether that is well is judged elsewhere. */
import { COURSE } from "../course/load.ts";
import { courseImages, coursePorts } from "./course-images.ts";
import { engineFacts, type EngineFacts } from "./engine-facts.ts";
import { isFree, terminalTrouble } from "./machine-facts.ts";

export interface Facts {
  /** `24.1.0` */
  readonly node: string;
  /** Why no program can be run in a terminal of its own, as the judge does with interactive ones; null when one can. */
  readonly terminal: string | null;
  /** `why`: no engine answers, and what was said instead. */
  readonly engine: EngineFacts | { readonly why: string };
  /** Ports of the course's services, and those of them that something listens on. */
  readonly ports: readonly number[];
  readonly taken: readonly number[];
}

/** Looks a laptop over. Starts at most one short container; changes nothing. @throws InputError for a course that is none. */
export async function factsOf(folder: string = COURSE): Promise<Facts> {
  const ports = await coursePorts(folder);
  const free = await Promise.all(ports.map(isFree));
  return {
    node: process.versions.node,
    terminal: await terminalTrouble(),
    engine: await engineFacts(await courseImages(folder)),
    ports,
    taken: ports.filter((_, at) => !free[at]),
  };
}
