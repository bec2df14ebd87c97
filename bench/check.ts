/**
 * How long `slimproof check` takes on images that are built, against the same stimuli given by plain docker commands,
 * one after another, in the same run. Nothing is compared or measured on the plain side: it is the floor for whoever
 * would do it by hand. Usage: node bench/check.ts [RUNS]
 */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { findEngine, loadContract, type Contract } from "slimproof";
import { parse, stringify } from "yaml";
import { plainDrive } from "./plain.ts";

const ROOT = join(import.meta.dirname, "..");
const CLI = join(ROOT, "harness", "src", "cli.js");
const runs = Number(process.argv[2] ?? 5);

const engine = await findEngine();
if (!engine) throw new Error("no Docker engine answers: run `make engine`");
process.env["DOCKER_HOST"] = engine.host;
const folder = await mkdtemp(join(tmpdir(), "bench-"));
const tags: string[] = [];
try {
  const apps = await Promise.all(["go-calculator", "flask-hello"].map(prepare));
  console.log(
    `slimproof check on built images against plain docker commands, ${runs} runs in turn\n` +
      `${new Date().toISOString().slice(0, 10)}, ${cpus().length} cores, Docker ${engine.version}, Node ${process.version}\n`,
  );
  console.log("| app | images x runs | slimproof check s | plain docker s | ratio |");
  console.log("|---|---|---|---|---|");
  for (const app of apps) {
    const ours: number[] = [];
    const plain: number[] = [];
    for (let run = 0; run <= runs; run++) {
      const times = [await seconds(() => checkOnce(app.file)), await seconds(() => plainOnce(app))];
      if (run === 0) continue; // warms sizes and page cache
      ours.push(times[0] ?? 0);
      plain.push(times[1] ?? 0);
    }
    const ratios = ours.map((time, at) => time / (plain[at] ?? 0));
    console.log(
      `| ${app.contract.name} | ${app.images.length} + 1 | ${spread(ours)} | ${spread(plain)} | ${spread(ratios)} |`,
    );
  }
} finally {
  for (const tag of tags) await execa("docker", ["image", "rm", "--force", tag], { reject: false });
  await rm(folder, { recursive: true });
}

interface App {
  readonly contract: Contract;
  /** Tags: the baseline first. */
  readonly images: readonly string[];
  /** A contract with the same probes, of images instead of Dockerfiles. */
  readonly file: string;
}

async function prepare(name: string): Promise<App> {
  const contract = await loadContract(join(ROOT, "apps", name));
  const sources = [{ name: "baseline", source: contract.baseline }, ...contract.candidates];
  const images: string[] = [];
  for (const { name: image, source } of sources) {
    if (source.kind === "image") throw new Error(`${name} has no Dockerfiles`);
    const tag = `bench-${process.pid}/${name}:${image}`;
    tags.push(tag);
    const dockerfile = join(source.context, source.dockerfile);
    await execa("docker", ["build", "--quiet", "--tag", tag, "--file", dockerfile, source.context]);
    images.push(tag);
  }
  const text = parse(await readFile(contract.file ?? "", "utf8")) as Record<string, unknown>;
  const [baseline, ...others] = images;
  const candidates = contract.candidates.map((it, at) => [it.name, { image: others[at] }] as const);
  const copy = {
    ...text,
    baseline: { image: baseline },
    candidates: Object.fromEntries(candidates),
  };
  const file = join(folder, `${name}.yaml`);
  await writeFile(file, stringify(copy));
  return { contract, images, file };
}

async function checkOnce(file: string): Promise<void> {
  await execa(process.execPath, [CLI, "check", file, "--json", "--quiet"]);
}

/** The baseline twice, as the check drives it, then each candidate. */
async function plainOnce({ contract, images }: App): Promise<void> {
  const [baseline, ...others] = images;
  for (const image of [baseline, baseline, ...others]) await plainDrive(image ?? "", contract);
}

async function seconds(task: () => Promise<void>): Promise<number> {
  const began = performance.now();
  await task();
  return (performance.now() - began) / 1000;
}

/** `median (least-most)`. */
function spread(values: readonly number[]): string {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (index: number): string => (sorted[index] ?? Number.NaN).toFixed(2);
  return `${at(Math.floor(sorted.length / 2))} (${at(0)}-${at(sorted.length - 1)})`;
}
