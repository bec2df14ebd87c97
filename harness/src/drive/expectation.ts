import { isDeepStrictEqual } from "node:util";
import type { Probe } from "../model/contract.ts";
import type { Fact, Unmet } from "../model/fact.ts";
import { quoted } from "./output.ts";

/**
 * Pure: what the contract's author expected of a probe and its facts do not show. A fact that is not there meets
 * nothing. `exit` is held against `exit.code`, of a `stop` probe against `stop.code`.
 */
export function unmet({ name, kind, expect }: Probe, facts: readonly Fact[]): Unmet[] {
  const values = new Map(facts.filter((it) => it.probe === name).map((it) => [it.fact, it.value]));
  const found: Unmet[] = [];
  const hold = (
    expectation: string,
    fact: string,
    meets: (value: string) => boolean,
    wanted: string,
  ): void => {
    const value = values.get(fact);
    if (value !== undefined && meets(value)) return;
    const error = values.get("http.error") ?? values.get("tcp.error");
    const is =
      value === undefined ? `is not there${error ? ` (${error})` : ""}` : `is ${shown(value)}`;
    found.push({ probe: name, expectation, message: `${expectation} ${is}, expected ${wanted}` });
  };
  const equal = (expectation: string, fact: string, wanted: string | number | undefined): void => {
    if (wanted !== undefined)
      hold(expectation, fact, (value) => value === String(wanted), shown(String(wanted)));
  };
  const matching = (expectation: string, fact: string, pattern: string | undefined): void => {
    if (pattern !== undefined)
      hold(
        expectation,
        fact,
        (value) => new RegExp(pattern).test(value),
        `a match of /${pattern}/`,
      );
  };

  equal("status", "http.status", expect.status);
  for (const [header, value] of Object.entries(expect.header ?? {}))
    equal(`header ${header}`, `http.header.${header.toLowerCase()}`, value);
  equal("body", "http.body", expect.body);
  matching("bodyMatches", "http.body", expect.bodyMatches);
  if (expect.json !== undefined)
    hold(
      "json",
      "http.body",
      (value) => isJson(value, expect.json),
      shown(JSON.stringify(expect.json)),
    );
  equal("exit", kind === "stop" ? "stop.code" : "exit.code", expect.exit);
  equal("stdout", "stdout", expect.stdout);
  matching("stdoutMatches", "stdout", expect.stdoutMatches);
  equal("stderr", "stderr", expect.stderr);
  matching("stderrMatches", "stderr", expect.stderrMatches);
  equal("reply", "tcp.reply", expect.reply);
  matching("replyMatches", "tcp.reply", expect.replyMatches);
  return found;
}

/** Numbers and short words as they are, all else in quotes and bounded. */
function shown(value: string): string {
  return /^[\w.-]{1,40}$/.test(value) ? value : quoted(value);
}

function isJson(text: string, wanted: unknown): boolean {
  try {
    return isDeepStrictEqual(JSON.parse(text), wanted);
  } catch {
    return false;
  }
}
