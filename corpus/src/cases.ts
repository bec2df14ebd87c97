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
  /** A probe or fuzz entry that must show the difference, or `image`, or `container`; null where none has to. */
  readonly probe: string | null;
  /** More that must differ, as PROBE/FACT. */
  readonly facts: readonly string[];
  /** Claims that must fail, as results name them; all others must hold. */
  readonly claims: readonly string[];
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
  const own = [...contract.probes, ...contract.fuzz].map((it) => it.name);
  const probes = ["image", "container", ...own];
  if (expected.probe !== null && !probes.includes(expected.probe))
    throw new InputError(`${relative(process.cwd(), file)}: no probe is named ${expected.probe}`);
  return { name, folder: relative(process.cwd(), path), contract, expected };
}

const KEYS = ["verdict", "cause", "causes", "probe", "facts", "claims", "only", "why"];

function expectedOf(raw: unknown, file: string): Expected {
  const wrong = (what: string): InputError => new InputError(`${file}: ${what}`);
  if (typeof raw !== "object" || raw === null) throw wrong("expected a map");
  const entries = new Map<string, unknown>(Object.entries(raw));
  const unknown = [...entries.keys()].find((key) => !KEYS.includes(key));
  if (unknown !== undefined) throw wrong(`unknown key ${unknown}; there are ${KEYS.join(", ")}`);
  const verdict = entries.get("verdict");
  if (verdict !== "same" && verdict !== "differs" && verdict !== "unproven")
    throw wrong("verdict: same, differs or unproven");
  const causes = texts(entries.get("causes") ?? entries.get("cause"));
  const claims = texts(entries.get("claims"));
  const probe = entries.get("probe");
  if (causes.length > 0 !== (typeof probe === "string"))
    throw wrong("cause (or causes) and probe go together");
  if ((verdict === "differs") !== (causes.length > 0 || claims.length > 0))
    throw wrong("a cause and its probe, or claims, go with verdict differs, and only with it");
  return {
    verdict,
    causes,
    claims,
    facts: texts(entries.get("facts")),
    probe: typeof probe === "string" ? probe : null,
    only: entries.get("only") === true,
  };
}

/** One text or a list of them. */
function texts(raw: unknown): readonly string[] {
  return (Array.isArray(raw) ? raw : [raw]).filter((it) => typeof it === "string");
}
