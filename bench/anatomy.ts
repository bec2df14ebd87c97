/**
 * How long a look at an image takes and how much memory, against what the engine itself takes to hand the image over, and
 * against dive and syft. Everything is a process of its own, cold (nothing of ours is cached), one after another and round
 * by round, so that each ratio is of neighbours. Usage: node bench/anatomy.ts [--runs N] [--no-syft] [--write] [IMAGE…]
 */
import { join } from "node:path";
import { parseArgs } from "node:util";
import { build, dockerStream, engine, has, idOf, withContainer } from "./docker.ts";
import { goalsOf, goalsOfPair, ratios, type Goal, type Measured, type Runs } from "./goals.ts";
import { dive, syft, type Peer } from "./peers.ts";
import { provenance, write } from "./readme.ts";
import { stopwatch, type Command, type Taken } from "./stopwatch.ts";
import { exact, median, spread, table } from "./table.ts";
import { withFolder } from "./undo.ts";

const LOOK = join(import.meta.dirname, "look.js");
const CLI = join(import.meta.dirname, "..", "harness", "src", "cli.js");
const LARGE = "slimproof-bench:3g";

const { values, positionals } = parseArgs({
  options: {
    runs: { type: "string", default: "5" },
    syft: { type: "boolean", default: true },
    write: { type: "boolean", default: false },
  },
  allowNegative: true,
  allowPositionals: true,
});
const count = Number(values.runs);
if (!Number.isInteger(count) || count < 1) throw new Error("--runs takes a whole number from 1");

const found = await engine();
/** Peers that are not in the table, and why. */
const absent: string[] = [];
const peers = { dive: await orAbsent(dive), syft: values.syft ? await orAbsent(syft) : null };
if (!values.syft) absent.push("syft was left out (--no-syft)");
const images = positionals.length > 0 ? positionals : ["golang:1.26", LARGE];
for (const image of images) {
  if (await has(image)) continue;
  if (image !== LARGE) throw new Error(`${image} is not in the engine and cannot be pulled`);
  console.error(`building ${LARGE}, which stays for the next time …`);
  await build("3g.Dockerfile", LARGE);
}

/** One column of seconds: what is run, and what came of it in each round. */
interface Contender {
  readonly image: string;
  readonly name: string;
  readonly command: Command;
  readonly taken: Taken[];
}

await withFolder((folder) =>
  withContainers(images, [], (containers) => measure(folder, containers)),
);

/** Containers that never run, one for each image, for `docker export`. */
async function withContainers(
  [next, ...others]: readonly string[],
  made: readonly string[],
  task: (containers: readonly string[]) => Promise<void>,
): Promise<void> {
  if (next === undefined) return task(made);
  await withContainer(next, (id) => withContainers(others, [...made, id], task));
}

async function measure(folder: string, containers: readonly string[]): Promise<void> {
  const time = await stopwatch(folder);
  const sets = images.map((image, at) => contendersOf(folder, image, containers[at] ?? ""));
  const both = contender("both", "our layer view", look(folder, "layers", ...images));
  const all = [
    ...sets.flatMap((set) => Object.values(set)),
    ...(images.length === 2 ? [both] : []),
  ];
  for (let round = 0; round <= count; round++)
    for (const one of all.filter((it): it is Contender => it !== null)) {
      const taken = await time(one.command);
      console.error(`round ${round}: ${one.image}, ${one.name}: ${taken.seconds.toFixed(2)} s`);
      if (round > 0) one.taken.push(taken); // the first warms the page cache
    }
  const measured: Measured[] = [];
  for (const [at, set] of sets.entries())
    measured.push(await measuredOf(images[at] ?? "", containers[at] ?? "", set));
  const [small, large] = measured.toSorted((a, b) => a.bytes.save - b.bytes.save);
  const goals = measured.flatMap(goalsOf);
  if (small && large && images.length === 2) goals.push(...goalsOfPair(small, large, runsOf(both)));
  await print(sets, images.length === 2 ? both : null, measured, goals);
}

type Set = ReturnType<typeof contendersOf>;

function contendersOf(folder: string, image: string, container: string) {
  const own = (name: string, command: Command): Contender => contender(image, name, command);
  // dive's own rules are switched off: an image that it finds wasteful is no failure here.
  const rules = ["--lowestEfficiency", "0", "--highestUserWastedPercent", "1"];
  const again = { ...look(folder, "again", image), keepOutput: true } as const;
  return {
    save: own("docker save", { argv: ["docker", "save", image] }),
    export: own("docker export", { argv: ["docker", "export", container] }),
    exportView: own("our export view", look(folder, "export", image)),
    layerView: own("our layer view", look(folder, "layers", image)),
    dive:
      peers.dive && own("dive", { argv: [peers.dive.path, image, ...rules], env: { CI: "true" } }),
    syft:
      peers.syft &&
      own("syft", { argv: [peers.syft.path, "--quiet", "-o", "json", `docker:${image}`] }),
    again: own("our second look, in a process", again),
    command: own("our second look, as a command", {
      argv: [process.execPath, CLI, "inspect", image],
      env: { SLIMPROOF_CACHE: folder },
    }),
  };
}

function contender(image: string, name: string, command: Command): Contender {
  return { image, name, command, taken: [] };
}

function look(folder: string, way: string, ...of: readonly string[]): Command {
  // Its own cache, as a new user's; look.ts keeps what Node compiles, as the command line does.
  return { argv: [process.execPath, LOOK, way, ...of], env: { SLIMPROOF_CACHE: folder } };
}

async function measuredOf(name: string, container: string, set: Set): Promise<Measured> {
  const again = set.again.taken.map(({ stdout }) => Number(stdout) / 1000);
  return {
    name,
    bytes: {
      save: await bytesOf(["save", await idOf(name)]),
      export: await bytesOf(["export", container]),
    },
    save: runsOf(set.save),
    exportView: runsOf(set.exportView),
    layerView: runsOf(set.layerView),
    dive: set.dive && runsOf(set.dive),
    syft: set.syft && runsOf(set.syft),
    again: { seconds: again, peak: null },
    command: runsOf(set.command),
  };
}

function runsOf({ taken }: Contender): Runs {
  const peaks = taken.flatMap(({ peak }) => (peak === null ? [] : [peak]));
  return {
    seconds: taken.map(({ seconds }) => seconds),
    peak: peaks.length > 0 ? Math.max(...peaks) : null,
  };
}

async function bytesOf(args: readonly string[]): Promise<number> {
  let bytes = 0;
  for await (const chunk of dockerStream(args)) bytes += chunk.length;
  return bytes;
}

async function print(
  sets: readonly Set[],
  both: Contender | null,
  measured: readonly Measured[],
  goals: readonly Goal[],
): Promise<void> {
  const larger =
    sets[measured[0] && measured[1] && measured[0].bytes.save > measured[1].bytes.save ? 0 : 1];
  const rows = sets.flatMap((set) =>
    Object.values(set).flatMap((it) => (it && it !== set.again ? [rowOf(it, set)] : [])),
  );
  if (both && larger) rows.push(rowOf(both, larger));
  const columns = [
    { name: "image" },
    { name: "what" },
    ...["seconds", "x save", "x export", "processor s", "peak MB"].map((name) => ({
      name,
      numeric: true as const,
    })),
  ];
  const lines = goals.map(({ text, measured: value, isMet }) => [
    text,
    value,
    isMet ? "met" : "not met",
  ]);
  const streams = measured.map(
    ({ name, bytes }) =>
      `${name}: ${exact(bytes.save)} bytes saved, ${exact(bytes.export)} exported`,
  );
  const versions = Object.values(peers).flatMap((peer) => (peer ? [peer.version] : []));
  const text = [
    table(columns, rows),
    `${count === 1 ? "One round" : `Medians of ${count} rounds, least and most in brackets`}; the ratios are of each round's own times. ${streams.join("; ")}.`,
    table([{ name: "goal" }, { name: "measured" }, { name: "" }], lines),
    ...(absent.length > 0 ? [`Not compared: ${absent.join("; ")}.`] : []),
    provenance(`bench/anatomy.ts --runs ${count}`, found, versions),
  ].join("\n\n");
  console.log(text);
  if (values.write) await write("anatomy", text);
}

/** `both` is held against the floors of the larger image. */
function rowOf(it: Contender, floors: Set): string[] {
  const runs = runsOf(it);
  const processor = it.taken.flatMap((taken) => taken.processor ?? []);
  return [
    it.image,
    it.name,
    spread(runs.seconds),
    median(ratios(runs, runsOf(floors.save))).toFixed(2),
    median(ratios(runs, runsOf(floors.export))).toFixed(2),
    processor.length > 0 ? median(processor).toFixed(2) : "not measured",
    runs.peak === null ? "not measured" : (runs.peak / 1e6).toFixed(0),
  ];
}

async function orAbsent(peer: () => Promise<Peer>): Promise<Peer | null> {
  try {
    return await peer();
  } catch (error) {
    absent.push(error instanceof Error ? error.message : String(error));
    return null;
  }
}
