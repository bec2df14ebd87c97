/**
 * Checks all apps, builds them again after edits, and writes what came out of it into the READMEs, between their markers,
 * with date and machine. Usage: node bench/figures.ts [rebuild | check] (both when not named; into files)
 */
import { cpus } from "node:os";
import { join } from "node:path";
import {
  check,
  checkDefaults,
  findEngine,
  loadContract,
  measureRebuild,
  rebuildDefaults,
  terminalReport,
  type PairResult,
} from "slimproof";
import { changesTable, sizesTable, surfaceTable } from "./figure-tables.ts";
import { write } from "./readme.ts";

const ROOT = join(import.meta.dirname, "..");
const APPS = ["go-calculator", "flask-hello", "go-calculator/published", "flask-hello/published"];
/** Builds of each image after each change; a dependency edit of Flask's installs it anew each time. */
const RUNS = 3;

process.chdir(ROOT);
const engine = await findEngine();
const part = process.argv[2];
const date = new Date().toISOString().slice(0, 10);
if (part !== "rebuild") await writeChecks();
if (part !== "check") await writeRebuilds();

async function writeChecks(): Promise<void> {
  const subjects = await Promise.all(
    APPS.map(async (app) => ({
      contract: await loadContract(join("apps", app)),
      folder: `apps/${app}`,
    })),
  );
  const result = await check(subjects, checkDefaults());
  if (result.verdict !== "same") throw new Error(`not the same:\n${terminalReport(result, false)}`);
  const standIns = result.pairs.some((it) => (it.images.baseline?.image.standIns.length ?? 0) > 0);
  const source =
    `Measured on ${date} by what \`make demo\` runs (${cpus().length} cores, Docker ${engine?.version}` +
    `${standIns ? ", base images made by the sandbox in place of the official ones" : ""}).`;

  const first = terminalReport({ ...result, pairs: result.pairs.filter(isFirst) }, false);
  const shown = first.slice(0, first.lastIndexOf("\n\n"));
  const end = terminalReport(result, false).trimEnd().split("\n").at(-1) ?? "";
  await write("demo", `\`\`\`\n${shown}\n\n…\n\n${end}\n\`\`\`\n\n${source}`, "README.md");
  const tables = `${sizesTable(result.pairs, true)}\n\n${surfaceTable(result.pairs)}`;
  await write("claims", `${tables}\n\n${source}`, "README.md");
  for (const app of APPS) {
    const pairs = result.pairs.filter((it) => it.folder === `apps/${app}`);
    const text = `${sizesTable(pairs, false)}\n\n${source}`;
    await write("sizes", text, join("apps", app, "README.md"));
  }
}

async function writeRebuilds(): Promise<void> {
  const results = [];
  for (const app of APPS) {
    console.error(`rebuilding apps/${app}`);
    results.push(await measureRebuild(join("apps", app), { ...rebuildDefaults(), runs: RUNS }));
  }
  const source =
    `Medians of ${RUNS} builds, measured on ${date} by \`node bench/figures.ts rebuild\` ` +
    `(${cpus().length} cores, Docker ${engine?.version}); installations include their downloads.`;
  await write("rebuild", `${changesTable(results)}\n\n${source}`, "README.md");
}

/** One app is enough to show what a report looks like. */
function isFirst({ name }: PairResult): boolean {
  return name === APPS[0];
}
