/** Cases: folders beside src/ that hold a pair, its contract, and an expected.yaml. What comes of checking one is in outcome.ts. */
import { globSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { InputError, loadContract, type Contract, type Verdict } from "slimproof";
import { parse } from "yaml";

const CORPUS = join(import.meta.dirname, "..");

export interface Case {
  /** The folder's name. */
  readonly name: string;
  /** As seen from the working folder. */
  readonly folder: string;
  readonly contract: Contract;
  readonly expected: Expected;
}

/** What expected.yaml says. */
export interface Expected {
  readonly verdict: Verdict;
  /** A probe that must show the difference, `image` or `container` included; null unless the verdict is `differs`. */
  readonly probe: string | null;
  /** Ids, one of which must be the first cause of the probe's differences; several where both can be defended. */
  readonly causes: readonly string[];
  /** Whether nothing but `probe` may differ. */
  readonly only: boolean;
}

/**
 * Loads cases in the order of their names: all of them, or those named.
 * @throws InputError for a name that no case has, and for an expected.yaml or a contract that does not say what it must.
 */
export async function loadCases(names: readonly string[] = []): Promise<readonly Case[]> {
  const all = globSync("*/expected.yaml", { cwd: CORPUS })
    .map((file) => dirname(file))
    .sort();
  const unknown = names.find((name) => !all.includes(name));
  if (unknown !== undefined)
    throw new InputError(`there is no case ${unknown}; corpus/ has: ${all.join(", ")}`);
  return Promise.all(all.filter((it) => names.length === 0 || names.includes(it)).map(load));
}

async function load(name: string): Promise<Case> {
  const path = join(CORPUS, name);
  const file = join(path, "expected.yaml");
  const expected = expectedOf(parse(await readFile(file, "utf8")), relative(process.cwd(), file));
  const contract = await loadContract(path);
  if (contract.candidates.length !== 1)
    throw new InputError(`${relative(process.cwd(), path)}: a case has one candidate`);
  const probes = ["image", "container", ...contract.probes.map((probe) => probe.name)];
  if (expected.probe !== null && !probes.includes(expected.probe))
    throw new InputError(`${relative(process.cwd(), file)}: no probe is named ${expected.probe}`);
  return { name, folder: relative(process.cwd(), path), contract, expected };
}

const KEYS = ["verdict", "cause", "causes", "probe", "only", "why"];

function expectedOf(raw: unknown, file: string): Expected {
  const wrong = (what: string): InputError => new InputError(`${file}: ${what}`);
  if (typeof raw !== "object" || raw === null) throw wrong("expected a map");
  const entries = new Map<string, unknown>(Object.entries(raw));
  const unknown = [...entries.keys()].find((key) => !KEYS.includes(key));
  if (unknown !== undefined) throw wrong(`unknown key ${unknown}; there are ${KEYS.join(", ")}`);
  const verdict = entries.get("verdict");
  if (verdict !== "same" && verdict !== "differs" && verdict !== "unproven")
    throw wrong("verdict: same, differs or unproven");
  const named = entries.get("causes") ?? [entries.get("cause")].filter((it) => it !== undefined);
  const causes = Array.isArray(named) ? named.filter((it) => typeof it === "string") : [];
  const probe = entries.get("probe");
  if ((verdict === "differs") !== (causes.length > 0 && typeof probe === "string"))
    throw wrong("cause (or causes) and probe go with verdict differs, and only with it");
  return {
    verdict,
    causes,
    probe: typeof probe === "string" ? probe : null,
    only: entries.get("only") === true,
  };
}
