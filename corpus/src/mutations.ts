/** The judge with one thing of it switched off at a time: what it then goes by. Pure. */
import { NOISE_KINDS, RULES, type Contract, type Grounds, type NoiseKind } from "slimproof";

export interface Mutation {
  /** What is switched off, by its kind: `rule zoneRules`, `fact http.body`, `noise date`, `claim size`. */
  readonly name: string;
  /** What is left to judge by. */
  readonly blind: (grounds: Grounds) => Grounds;
  /** Null for all kinds. */
  readonly noise: ReadonlySet<NoiseKind> | null;
  /** Whether look-alikes must notice it; else all others must. */
  readonly tolerance: boolean;
}

/** Kinds of facts as docs/contract.md lists them; what comes after them in a fact's name is a name of the program's. */
export const FACTS = [
  "config.entrypoint",
  "config.cmd",
  "config.workdir",
  "config.user",
  "config.ports",
  "config.volumes",
  "config.stopsignal",
  "config.healthcheck",
  "config.env",
  "config.platform",
  "http.status",
  "http.reason",
  "http.header",
  "http.body",
  "http.trailer",
  "http.closed",
  "terminal.transcript",
  "terminal.screen",
  "stdout",
  "stderr",
  "exit.code",
  "files",
  "stop.code",
  "stop.intime",
  "tcp.reply",
  "start",
  "oom",
  "log.stdout",
  "log.stderr",
  "survives",
  "counterexample",
] as const;

/** The kind of a fact: `http.header` of `http.header.date`. */
export function kindOf(fact: string): (typeof FACTS)[number] | null {
  return FACTS.find((kind) => fact === kind || fact.startsWith(`${kind}.`)) ?? null;
}

/** Everything that can be switched off. */
export const MUTATIONS: readonly Mutation[] = [
  ...Object.keys(RULES).map((rule) => mutation(`rule ${rule}`, (it) => withoutRule(it, rule))),
  ...FACTS.map((kind) => mutation(`fact ${kind}`, (it) => withoutFact(it, kind))),
  ...(["size", "transfer", "packages", "absent", "user"] as const).map((claim) =>
    mutation(`claim ${claim}`, (it) => withoutClaim(it, claim)),
  ),
  mutation("expectations of the baseline", (it) => withoutUnmet(it, "baselineRuns")),
  mutation("expectations of the candidate", (it) => withoutUnmet(it, "candidateRuns")),
  {
    ...mutation("accepted differences", (it) => ({
      ...it,
      contract: { ...it.contract, accept: [] },
    })),
    tolerance: true,
  },
  ...[...NOISE_KINDS].map((kind) => ({
    ...mutation(`noise ${kind}`, (it) => it),
    noise: new Set([...NOISE_KINDS].filter((it) => it !== kind)),
    tolerance: true,
  })),
];

function mutation(name: string, blind: Mutation["blind"]): Mutation {
  return { name, blind, noise: null, tolerance: false };
}

function withoutRule(grounds: Grounds, rule: string): Grounds {
  const found = [...grounds.found].map(
    ([fact, findings]) => [fact, { ...findings, [rule]: [] }] as const,
  );
  return { ...grounds, found: new Map(found) };
}

/** Nobody looks at a fact: as if the one image had of it what the other has. */
function withoutFact(grounds: Grounds, kind: (typeof FACTS)[number]): Grounds {
  const { evidence } = grounds;
  const runs = (all: Grounds["evidence"]["baselineRuns"]): typeof all =>
    all.map((run) => ({ ...run, facts: run.facts.filter(({ fact }) => kindOf(fact) !== kind) }));
  return {
    ...grounds,
    evidence: {
      baseline: evidence.baseline,
      candidate: withConfigOf(evidence, kind),
      baselineRuns: runs(evidence.baselineRuns),
      candidateRuns: runs(evidence.candidateRuns),
    },
    fuzzing: grounds.fuzzing.filter(({ fact }) => kindOf(fact) !== kind),
  };
}

/** Config facts are made of the images themselves. */
function withConfigOf(
  { baseline, candidate }: Grounds["evidence"],
  kind: string,
): Grounds["evidence"]["candidate"] {
  const key = kind.replace("config.", "");
  if (key === kind || !(key in candidate.image.config)) return candidate;
  const theirs = baseline.image.config;
  const config = { ...candidate.image.config, [key]: theirs[key as keyof typeof theirs] };
  return { ...candidate, image: { ...candidate.image, config } };
}

function withoutClaim(grounds: Grounds, claim: keyof Contract["claims"]): Grounds {
  const { contract } = grounds;
  const claims = { ...contract.claims, [claim]: claim === "absent" ? [] : null };
  return { ...grounds, contract: { ...contract, claims } };
}

function withoutUnmet(grounds: Grounds, side: "baselineRuns" | "candidateRuns"): Grounds {
  const runs = grounds.evidence[side].map((run) => ({ ...run, unmet: [] }));
  return { ...grounds, evidence: { ...grounds.evidence, [side]: runs } };
}
