/**
 * What one key of a contract means for another. Works on values that may still be wrong, so that all problems of a
 * file are told at once.
 */
import type { Path, Problem } from "./document.ts";
import { BUILT_IN, fuzz, FUZZ_KINDS } from "./fuzz.ts";
import { suggestion } from "./nearest.ts";
import { EXPECTATIONS, probe, PROBE_KINDS, step, STEP_KINDS } from "./probe.ts";
import { isMap, keyProblem, kindOf, mapOf, mapsOf, type Raw, valueProblem } from "./raw.ts";
import { ready } from "./run.ts";
import { candidateNames } from "./sources.ts";
import { quote } from "./words.ts";

/** Names under which results carry the facts of the image and of the container that serves. */
const RESERVED: readonly unknown[] = ["image", "container"];
const PROBE_KEYS = Object.keys(probe.shape);
const STEP_KEYS = Object.keys(step.shape);
const READY_KINDS = ["http", "log", "port"];
const READY_KEYS = Object.keys(ready.shape);
const FUZZ_KEYS = Object.keys(fuzz.shape);

/** All problems between the keys of a contract, paths and sources aside. */
export function ruleProblems(contract: Raw): readonly Problem[] {
  const run = mapOf(contract["run"]);
  const readiness = mapOf(run["ready"]);
  return [
    ...mapsOf(contract["probes"]).flatMap(([index, map]) =>
      probeProblems(map, ["probes", index], readiness),
    ),
    ...mapsOf(contract["fuzz"]).flatMap(([index, map]) =>
      fuzzProblems(map, ["fuzz", index], readiness),
    ),
    ...nameProblems(contract),
    ...(isMap(run["ready"]) ? readyProblems(readiness, ["run", "ready"]) : []),
    ...Object.entries(mapOf(contract["services"])).flatMap(([name, service]) =>
      isMap(mapOf(service)["ready"])
        ? readyProblems(mapOf(mapOf(service)["ready"]), ["services", name, "ready"])
        : [],
    ),
    ...mountProblems(run, ["run"]),
    ...Object.entries(mapOf(contract["services"])).flatMap(([name, service]) =>
      mountProblems(mapOf(service), ["services", name]),
    ),
    ...serviceNameProblems(contract),
    ...(run["network"] === "none" ? networkProblems(contract, readiness) : []),
    ...acceptProblems(contract),
  ];
}

function probeProblems(map: Raw, path: Path, readiness: Raw): readonly Problem[] {
  const { kind, problems } = kindOf("a probe", map, path, PROBE_KINDS, PROBE_KEYS);
  const steps = mapsOf(map["terminal"]).flatMap(
    ([index, entry]) =>
      kindOf("a step", entry, [...path, "terminal", index], STEP_KINDS, STEP_KEYS).problems,
  );
  if (kind === null) return [...problems, ...steps];
  const stimulus = mapOf(map[kind]);
  const found: Problem[] = [...problems, ...steps, ...expectProblems(map, path, kind)];
  if (kind === "http" || kind === "tcp") {
    found.push(...portProblems(map[kind], [...path, kind], readiness));
  }
  if (kind === "http" && "body" in stimulus && "json" in stimulus) {
    found.push(keyProblem([...path, kind, "json"], '"json" does not go with "body"'));
  }
  if (kind === "stop" && "within" in stimulus && "within" in map) {
    found.push(keyProblem([...path, "within"], '"within" does not go with "within" of "stop"'));
  }
  return found;
}

function expectProblems(map: Raw, path: Path, kind: keyof typeof EXPECTATIONS): readonly Problem[] {
  const taken: readonly string[] = EXPECTATIONS[kind];
  const known: readonly string[] = Object.values(EXPECTATIONS).flat();
  const instead =
    kind === "terminal"
      ? "what it expects are its steps"
      : taken.length > 0
        ? `it can expect ${taken.join(", ")}`
        : "it expects nothing but what the baseline does";
  return Object.keys(mapOf(map["expect"]))
    .filter((key) => known.includes(key) && !taken.includes(key))
    .map((key) =>
      keyProblem(
        [...path, "expect", key],
        `${quote(key)} does not go with ${quote(kind)}: ${instead}`,
      ),
    );
}

function portProblems(stimulus: unknown, path: Path, readiness: Raw): readonly Problem[] {
  if (!isMap(stimulus) || "port" in readiness || "port" in mapOf(stimulus)) return [];
  const where = "log" in readiness ? "" : "; add it here or, for all probes, to run.ready";
  return [valueProblem(path, `missing key "port"${where}`)];
}

function fuzzProblems(map: Raw, path: Path, readiness: Raw): readonly Problem[] {
  const { kind, problems } = kindOf("a fuzz entry", map, path, FUZZ_KINDS, FUZZ_KEYS);
  if (kind === null) return problems;
  const strange = kind === "http" ? ["sessions", "linesPerSession"] : ["requests"];
  const field = kind === "http" ? "paths" : "lines";
  const templates = mapOf(map[kind])[field];
  const words = [...BUILT_IN, ...Object.keys(mapOf(map["with"]))];
  return [
    ...problems,
    ...strange
      .filter((key) => key in map)
      .map((key) => keyProblem([...path, key], `${quote(key)} does not go with ${quote(kind)}`)),
    ...(kind === "http" ? portProblems(map[kind], [...path, kind], readiness) : []),
    ...(Array.isArray(templates) ? templates : []).flatMap((template: unknown, index) =>
      [...String(template).matchAll(/\{([a-z][\w-]*)\}/gi)]
        .map(([, name]) => name ?? "")
        .filter((name) => !words.includes(name))
        .map((name) =>
          valueProblem(
            [...path, kind, field, index],
            `unknown placeholder ${quote(`{${name}}`)}${suggestion(
              `{${name}}`,
              words.map((word) => `{${word}}`),
            )}`,
          ),
        ),
    ),
  ];
}

function nameProblems(contract: Raw): readonly Problem[] {
  const seen = new Set<unknown>(RESERVED);
  const named = (["probes", "fuzz"] as const).flatMap((list) =>
    mapsOf(contract[list]).map(([index, { name }]) => ({ path: [list, index, "name"], name })),
  );
  return named.flatMap(({ path, name }) => {
    if (typeof name !== "string" || !seen.has(name)) {
      seen.add(name);
      return [];
    }
    const why = RESERVED.includes(name) ? "is reserved" : "is taken";
    return [valueProblem(path, `the name ${quote(name)} ${why}; take another`)];
  });
}

function readyProblems(map: Raw, path: Path): readonly Problem[] {
  if ("http" in map && "log" in map) {
    return [keyProblem([...path, "log"], '"log" does not go with "http"')];
  }
  if ("log" in map && "port" in map) {
    return [keyProblem([...path, "port"], '"port" does not go with "log"')];
  }
  if ("http" in map && !("port" in map)) return [valueProblem(path, 'missing key "port"')];
  if ("http" in map || "log" in map || "port" in map) return [];
  return kindOf("ready", map, path, READY_KINDS, READY_KEYS).problems;
}

/** The engine refuses to mount twice at one place. */
function mountProblems(map: Raw, path: Path): readonly Problem[] {
  const mounts = mapsOf(map["mounts"]);
  return mounts
    .filter(([, { to }], index) => mounts.findIndex(([, other]) => other["to"] === to) < index)
    .map(([index]) =>
      valueProblem([...path, "mounts", index, "to"], "something else is mounted here already"),
    );
}

/** In every container this name is its own already. */
function serviceNameProblems(contract: Raw): readonly Problem[] {
  return "localhost" in mapOf(contract["services"])
    ? [
        keyProblem(
          ["services", "localhost"],
          'the name "localhost" means the app\'s own container; take another',
        ),
      ]
    : [];
}

function networkProblems(contract: Raw, readiness: Raw): readonly Problem[] {
  const why = 'cannot be reached: run.network is "none"';
  return [
    ...mapsOf(contract["probes"]).flatMap(([index, map]) =>
      ["http", "tcp"].filter((kind) => kind in map).map((kind) => ["probes", index, kind]),
    ),
    ...mapsOf(contract["fuzz"]).flatMap(([index, map]) =>
      "http" in map ? [["fuzz", index, "http"]] : [],
    ),
    ...("port" in readiness ? [["run", "ready", "port"]] : []),
    ...Object.keys(mapOf(contract["services"])).map((name) => ["services", name]),
  ].map((path) => keyProblem(path, `${quote(String(path.at(-1)))} ${why}`));
}

function acceptProblems(contract: Raw): readonly Problem[] {
  const names = candidateNames(contract);
  if (names.length === 0) return [];
  return mapsOf(contract["accept"])
    .filter(([, { candidate }]) => typeof candidate === "string" && !names.includes(candidate))
    .map(([index, { candidate }]) =>
      valueProblem(
        ["accept", index, "candidate"],
        `unknown candidate ${quote(String(candidate))}${suggestion(String(candidate), names)}`,
      ),
    );
}
