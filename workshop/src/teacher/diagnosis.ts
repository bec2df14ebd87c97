/** Whether a class works on a laptop where this is so, and what to do: a pure function of the facts. */
import { bytes } from "slimproof";
import type { EngineFacts } from "./engine-facts.ts";
import type { Facts } from "./facts.ts";

/** One thing that was looked at. A class works without what is `warn`, not without what is `bad`. */
export interface Diagnosis {
  readonly about: "node" | "terminal" | "engine" | "command" | "images" | "disk" | "ports";
  readonly state: "ok" | "warn" | "bad";
  readonly found: string;
  /** What to do; null when nothing is to be done. */
  readonly advice: string | null;
}

/** The oldest engine whose `docker build` is BuildKit without being told (release notes of Docker Engine 23.0). */
const OLDEST_ENGINE = 23;
const OLDEST_NODE = 24;
/** Bytes: bases unpacked, and what twins and builds of all exercises add. */
const ROOM = 8_000_000_000;
const LEAST_ROOM = 3_000_000_000;

/** One for each thing, in the order in which they depend on each other. `call` is how the runner was called, for advice. */
export function diagnosesOf(facts: Facts, call: string): readonly Diagnosis[] {
  return [node(facts), terminal(facts), ...engine(facts, call), ports(facts)];
}

function node({ node: found }: Facts): Diagnosis {
  const text = `Node ${found}`;
  return Number.parseInt(found) >= OLDEST_NODE
    ? ok("node", text)
    : bad("node", text, `install Node ${OLDEST_NODE} or later: https://nodejs.org`);
}

function terminal({ terminal: trouble }: Facts): Diagnosis {
  return trouble === null
    ? ok("terminal", "programs run in a terminal of their own")
    : bad("terminal", trouble, "install the packages anew: `pnpm install --frozen-lockfile`");
}

function engine({ engine: found }: Facts, call: string): readonly Diagnosis[] {
  if ("why" in found)
    return [
      bad(
        "engine",
        found.why,
        "start Docker Desktop or `sudo systemctl start docker`, and see that `docker version` names a server; your user has to be in the group docker",
      ),
    ];
  return [version(found), command(found, call), images(found, call), disk(found)];
}

function version({ version: found, host }: EngineFacts): Diagnosis {
  const text = `Docker ${found} at ${host}`;
  return Number.parseInt(found) >= OLDEST_ENGINE
    ? ok("engine", text)
    : warn(
        "engine",
        text,
        `builds need BuildKit; Docker ${OLDEST_ENGINE} and later have it switched on`,
      );
}

function command({ command: found }: EngineFacts, call: string): Diagnosis {
  if (found === null)
    return bad(
      "command",
      "the docker command does not run or does not reach the engine",
      "install the docker command line, and see that `docker version` names client and server",
    );
  const { version, hasBuildx, byHand } = found;
  if (byHand !== "same")
    return warn(
      "command",
      `docker ${version}; typed by hand, \`docker\` reaches ${byHand === "none" ? "no engine" : "another engine than the one that judges"}`,
      `the runner works; \`${call} shell\` opens a shell in which docker reaches the engine that judges, and slimproof is a command`,
    );
  return hasBuildx
    ? ok("command", `docker ${version}, with buildx; by hand it reaches the same engine`)
    : warn(
        "command",
        `docker ${version}, without buildx`,
        `the runner works; for \`docker build\` by hand install the package docker-buildx-plugin, or use \`${call} shell\``,
      );
}

function images({ images: all, missing }: EngineFacts, call: string): Diagnosis {
  if (missing === null)
    return bad("images", "not looked at, for want of a docker command", "see to that first");
  return missing.length === 0
    ? ok("images", `all ${all.length} that the course starts from are there`)
    : bad(
        "images",
        `${missing.length} of ${all.length} are missing: ${missing.join(", ")}`,
        `\`${call} bundle --load FILE\` takes them from the teacher's bundle; with a network, \`docker pull\` those of a registry: whoever opens an exercise makes those called workshop-*`,
      );
}

function disk({ free }: EngineFacts): Diagnosis {
  const text = `${bytes(free.bytes)} free ${free.of === "engine" ? "for the engine" : "on this machine"}`;
  const advice = `the course takes up to ${bytes(ROOM)}: make room, e.g. \`docker image prune\`, or give Docker Desktop a larger disk`;
  if (free.bytes < LEAST_ROOM) return bad("disk", text, advice);
  return free.bytes < ROOM ? warn("disk", text, advice) : ok("disk", text);
}

/** The judge takes free ports by itself; these are for a learner's own `docker run --publish`. */
function ports({ ports: all, taken }: Facts): Diagnosis {
  if (taken.length === 0) return ok("ports", `${all.join(", ")} are free`);
  return warn(
    "ports",
    `taken: ${taken.join(", ")}`,
    "the judge does not need them; for a `docker run --publish` by hand take another, such as 18080:8080, or stop what listens there",
  );
}

type About = Diagnosis["about"];

function ok(about: About, found: string): Diagnosis {
  return { about, state: "ok", found, advice: null };
}

function warn(about: About, found: string, advice: string): Diagnosis {
  return { about, state: "warn", found, advice };
}

function bad(about: About, found: string, advice: string): Diagnosis {
  return { about, state: "bad", found, advice };
}
