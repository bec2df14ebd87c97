/**
 * Checks all apps and writes what came out of it into the READMEs, between their markers, with date and machine.
 * Usage: node bench/figures.ts (what `make demo` does, once more, into files)
 */
import { readFile, writeFile } from "node:fs/promises";
import { cpus } from "node:os";
import { join } from "node:path";
import {
  check,
  checkDefaults,
  findEngine,
  loadContract,
  terminalReport,
  type PairResult,
} from "slimproof";

const ROOT = join(import.meta.dirname, "..");
const APPS = ["go-calculator", "flask-hello", "go-calculator/published", "flask-hello/published"];

process.chdir(ROOT);
const engine = await findEngine();
const subjects = await Promise.all(
  APPS.map(async (app) => ({
    contract: await loadContract(join("apps", app)),
    folder: `apps/${app}`,
  })),
);
const result = await check(subjects, checkDefaults());
if (result.verdict !== "same") throw new Error(`not the same:\n${terminalReport(result, false)}`);

const date = new Date().toISOString().slice(0, 10);
const standIns = result.pairs.some((it) => (it.images.baseline?.image.standIns.length ?? 0) > 0);
const source =
  `Measured on ${date} by what \`make demo\` runs (${cpus().length} cores, Docker ${engine?.version}` +
  `${standIns ? ", base images made by the sandbox in place of the official ones" : ""}).`;

const first = terminalReport({ ...result, pairs: result.pairs.filter(isFirst) }, false);
const shown = first.slice(0, first.lastIndexOf("\n\n"));
const end = terminalReport(result, false).trimEnd().split("\n").at(-1) ?? "";
await replace("README.md", "demo", `\`\`\`\n${shown}\n\n…\n\n${end}\n\`\`\`\n\n${source}`);
await replace("README.md", "claims", `${table(result.pairs, true)}\n\n${source}`);
for (const app of APPS) {
  const pairs = result.pairs.filter((it) => it.folder === `apps/${app}`);
  await replace(join("apps", app, "README.md"), "sizes", `${table(pairs, false)}\n\n${source}`);
}

/** One app is enough to show what a report looks like. */
function isFirst({ name }: PairResult): boolean {
  return name === APPS[0];
}

/** Single against multi against minimal; with `named`, several apps in one table. */
function table(pairs: readonly PairResult[], named: boolean): string {
  const rows = pairs.flatMap((pair, at) => {
    const isFirst = pairs[at - 1]?.name !== pair.name;
    const kinds = isFirst ? (["baseline", "candidate"] as const) : (["candidate"] as const);
    return kinds.map((kind) => {
      const measured = pair.images[kind];
      const base = pair.images.baseline;
      if (!measured || !base) throw new Error(`${pair.name} was not measured`);
      const { unpacked, transfer, layers } = measured.size;
      const name = kind === "baseline" ? "single" : pair.candidate;
      const cells = [
        ...(named ? [pair.name] : []),
        name,
        exact(unpacked),
        share(unpacked, base.size.unpacked),
        exact(transfer),
        share(transfer, base.size.transfer),
        String(layers.length),
        String(measured.anatomy.packages.length),
      ];
      return `| ${cells.join(" | ")} |`;
    });
  });
  const head = [
    ...(named ? ["app"] : []),
    "image",
    "size, bytes",
    "of single",
    "transfer, bytes",
    "of single",
    "layers",
    "packages",
  ];
  const rule = head.map((it) => (it === "app" || it === "image" ? "---" : "---:"));
  return [`| ${head.join(" | ")} |`, `| ${rule.join(" | ")} |`, ...rows].join("\n");
}

function exact(bytes: number): string {
  return bytes.toLocaleString("en-US");
}

function share(part: number, whole: number): string {
  const percent = (part / whole) * 100;
  return `${percent < 10 ? percent.toPrecision(2) : percent.toFixed(1)} %`;
}

async function replace(file: string, marker: string, text: string): Promise<void> {
  const [begin, end] = [`<!-- ${marker}:begin -->`, `<!-- ${marker}:end -->`];
  const before = await readFile(file, "utf8");
  const [from, to] = [before.indexOf(begin), before.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`${file} has no ${begin} … ${end}`);
  await writeFile(
    file,
    `${before.slice(0, from + begin.length)}\n\n${text}\n\n${before.slice(to)}`,
  );
}
