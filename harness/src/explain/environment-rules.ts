import { resolve } from "../measure/tree/tree.ts";
import { argvOf, commandFile, shellLine, variable } from "./argv.ts";
import { mentions, named, replaced, says, withoutQuotedCode } from "./clues.ts";
import { CERTIFICATES, tellsTime } from "./data-rules.ts";
import { STRENGTH, type Evidence, type Finding } from "./evidence.ts";
import { WANTED_COMMANDS } from "./message-rules.ts";
import { envLine } from "./recipe.ts";

/** What official base images set to say how they were made: no program goes by it unless it names it. */
const OF_THE_BASE = /_(?:VERSION|SHA(?:256|512)?|URL|DEPS)$|^GPG_KEYS?$/;
/** Folders that are searched: that a path shows in a message says nothing of them, that something is not found does. */
const SEARCHED =
  /^(?:PATH|PYTHONPATH|NODE_PATH|LD_LIBRARY_PATH|GOPATH|GEM_(?:HOME|PATH)|CLASSPATH)$/;
const AUTHORITIES =
  /^(?:SSL_CERT_(?:FILE|DIR)|REQUESTS_CA_BUNDLE|CURL_CA_BUNDLE|NODE_EXTRA_CA_CERTS)$/;

/**
 * Variables that differ, as far as something ties them to the fact: the message names them, their value gave way to
 * another, or they rule behaviour of this kind. Without a tie those count, faintly, that a Dockerfile of the pair sets:
 * what a base image brings along differs between any two.
 */
export function environmentRules(evidence: Evidence): readonly Finding[] {
  const { baseline, candidate, difference } = evidence;
  if (difference.probe === "image") return [];
  const names = new Set([
    ...Object.keys(baseline.config.env),
    ...Object.keys(candidate.config.env),
  ]);
  return [...names].sort().flatMap((name): readonly Finding[] => {
    const was = variable(evidence, baseline, name);
    const is = variable(evidence, candidate, name);
    if (was === is) return [];
    const strength = tie(evidence, name, was, is);
    if (strength === null) return [];
    return [
      {
        id: is === null ? "lost-env" : "changed-env",
        evidence:
          is === null
            ? `the baseline has ENV ${name}, the candidate does not`
            : `ENV ${name} is ${short(is)} in the candidate, ${was === null ? "not set" : short(was)} in the baseline`,
        mend: was === null ? null : envLine(name, was),
        strength,
      },
    ];
  });
}

/** How strongly a variable is tied to the fact; null where nothing does. */
function tie(
  evidence: Evidence,
  name: string,
  was: string | null,
  is: string | null,
): number | null {
  const { baseline, candidate, said } = evidence;
  const own = baseline.ownEnv.includes(name) || candidate.ownEnv.includes(name);
  // What only the candidate sets was done on purpose, and the baseline works without it.
  const faint = own ? (was === null ? STRENGTH.possible : STRENGTH.likely) : null;
  if (SEARCHED.test(name))
    return (name === "PATH" ? pathTie(evidence, was) : null) ?? (was === null ? null : faint);
  if (namedIn(withoutQuotedCode(said.came), name)) return STRENGTH.named;
  if (AUTHORITIES.test(name) && was !== null && says(said.came, CERTIFICATES))
    return resolve(candidate.tree, was) ? STRENGTH.named + 2 : STRENGTH.symptom;
  if (name === "TZ" && tellsTime(evidence)) return STRENGTH.symptom;
  if (!own && OF_THE_BASE.test(name)) return null;
  const gaveWay =
    (was !== null && replaced(said.gone, said.came, was)) ||
    (is !== null && replaced(said.came, said.gone, is));
  if (gaveWay) return own ? STRENGTH.named : STRENGTH.value;
  return namedIn(said.came, name) ? STRENGTH.value : faint;
}

/** Variables are called by their name or as `$name`; a name in lower case may be any word. */
function namedIn(lines: readonly string[], name: string): boolean {
  const words = /[a-z]/.test(name) ? [`$${name}`, `'${name}'`, `"${name}"`] : [name];
  return lines.some((line) => words.some((word) => mentions(line, word)));
}

/** A command that is not found, and would be in the folders of the baseline's PATH. */
function pathTie(evidence: Evidence, was: string | null): number | null {
  const { candidate, run, said } = evidence;
  if (was === null) return null;
  const asBefore = { ...evidence, run: { ...run, env: { ...run.env, PATH: was } } };
  const hidden = (command: string): boolean =>
    !command.includes("/") &&
    commandFile(evidence, candidate, command) === null &&
    commandFile(asBefore, candidate, command) !== null;
  const argv = argvOf(evidence, candidate);
  const first = shellLine(argv)?.trim().split(/\s+/)[0] ?? argv[0];
  if (first !== undefined && hidden(first)) return STRENGTH.start + 1;
  return named(said.came, ...WANTED_COMMANDS).some(hidden) ? STRENGTH.named + 1 : null;
}

function short(value: string): string {
  return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value);
}
