/**
 * A fact's value in the form in which it is compared. JSON bodies are compared as values: white space and the order of keys
 * are no part of them, the spelling of numbers is (1 and 1.0 are told apart, and no digit is lost).
 */
export function canonical(fact: string, value: string): string {
  if (fact !== "http.body" || !/^\s*[[{]/.test(value)) return value;
  try {
    return JSON.stringify(JSON.parse(value, ordered), null, 1);
  } catch {
    return value;
  }
}

/** JSON.rawJSON keeps a number as it was written; TypeScript's library does not know it yet. */
const { rawJSON } = JSON as unknown as { rawJSON(text: string): unknown };

function ordered(this: unknown, _: string, value: unknown, context?: { source?: string }): unknown {
  if (typeof value === "number") return rawJSON(context?.source ?? String(value));
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  const keys = Object.keys(value).sort();
  const entries = keys.map((key) => [key, (value as Record<string, unknown>)[key]] as const);
  return Object.fromEntries(entries);
}
