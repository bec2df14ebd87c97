import type { Fact } from "../model/fact.ts";
import type { Image } from "../model/image.ts";

/**
 * The config facts of both images of a pair. An ENV counts when either side's own Dockerfile sets it; what is only
 * inherited from a base image is told by `inheritedEnv`.
 */
export function configFacts(
  baseline: Image,
  candidate: Image,
): { readonly baseline: readonly Fact[]; readonly candidate: readonly Fact[] } {
  const names = [...new Set([...baseline.ownEnv, ...candidate.ownEnv])].sort();
  return { baseline: factsOf(baseline, names), candidate: factsOf(candidate, names) };
}

function factsOf({ config }: Image, names: readonly string[]): readonly Fact[] {
  const values: [string, string | null][] = [
    ["entrypoint", words(config.entrypoint)],
    ["cmd", words(config.cmd)],
    ["workdir", config.workdir],
    ["user", userOf(config.user)],
    ["ports", config.ports.join(" ")],
    ["volumes", config.volumes.join(" ")],
    ["stopsignal", config.stopsignal ?? ""],
    ["healthcheck", config.healthcheck ?? ""],
    ["platform", config.platform],
    ...names.map((name): [string, string | null] => [`env.${name}`, own(config.env, name)]),
  ];
  return values.flatMap(([name, value]) =>
    value === null ? [] : [{ probe: "image", fact: `config.${name}`, value }],
  );
}

/** Root has several names, and no USER is one of them: distroless images say `0` where others say nothing. */
function userOf(user: string): string {
  return /^(?:root|0)?(?::(?:root|0))?$/.test(user) ? "" : user;
}

/** The value that is really there: names such as `constructor` are found on every object. */
function own(env: Readonly<Record<string, string>>, name: string): string | null {
  return Object.hasOwn(env, name) ? (env[name] ?? null) : null;
}

/** An exec form as Dockerfiles write it, so that `["a b"]` and `["a","b"]` differ; "" when there is none. */
function words(argv: readonly string[] | null): string {
  return argv === null ? "" : JSON.stringify(argv);
}

/** Notes on ENV that differs but is inherited (or belongs to an image given by reference): worth a look, no difference. */
export function inheritedEnv(baseline: Image, candidate: Image): readonly string[] {
  const set = new Set([...baseline.ownEnv, ...candidate.ownEnv]);
  const names = new Set([
    ...Object.keys(baseline.config.env),
    ...Object.keys(candidate.config.env),
  ]);
  const differing = [...names]
    .filter((name) => !set.has(name))
    .filter((name) => own(baseline.config.env, name) !== own(candidate.config.env, name))
    .sort();
  return differing.length === 0
    ? []
    : [`ENV inherited from the base images differs: ${differing.join(", ")}`];
}
