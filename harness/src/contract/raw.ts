/** Reading a contract that may still be wrong anywhere: what is of another shape counts as empty, the schema reports it. */
import type { Path, Problem } from "./document.ts";
import { quote } from "./words.ts";

export type Raw = Readonly<Record<string, unknown>>;

export function mapOf(value: unknown): Raw {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Raw) : {};
}

export function isMap(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The items that are maps, each with its index. */
export function mapsOf(list: unknown): readonly (readonly [number, Raw])[] {
  return Array.isArray(list)
    ? list.flatMap((item, index) => (isMap(item) ? [[index, mapOf(item)] as const] : []))
    : [];
}

export function valueProblem(path: Path, message: string): Problem {
  return { path, at: "value", message };
}

export function keyProblem(path: Path, message: string): Problem {
  return { path, at: "key", message };
}

/**
 * The one key of `kinds` that a map has; null, with problems, when it has none or several.
 * Having none is no problem of its own beside an unknown key, which was meant to be it more likely than not.
 */
export function kindOf<Kind extends string>(
  what: string,
  map: Raw,
  path: Path,
  kinds: readonly Kind[],
  valid: readonly string[],
): { readonly kind: Kind | null; readonly problems: readonly Problem[] } {
  const [kind, ...others] = kinds.filter((name) => name in map);
  const problems = others.map((other) =>
    keyProblem(
      [...path, other],
      `${quote(other)} does not go with ${quote(kind ?? "")}: ${what} has one of ${kinds.join(", ")}`,
    ),
  );
  if (kind === undefined && Object.keys(map).every((key) => valid.includes(key))) {
    return {
      kind: null,
      problems: [valueProblem(path, `${what} needs one of ${kinds.join(", ")}`)],
    };
  }
  return { kind: others.length === 0 ? (kind ?? null) : null, problems };
}
