/** Parts of a JSON document of unknown form. What has another form than it should is null, as what is not there. */
export type Json = Readonly<Record<string, unknown>>;

export function objectOf(value: unknown): Json | null {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Json)
    : null;
}

export function listOf(value: unknown): readonly unknown[] | null {
  return Array.isArray(value) ? value : null;
}

export function stringOf(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}

/** Null when one of them is no string. */
export function stringsOf(value: unknown): readonly string[] | null {
  const list = listOf(value);
  return list?.every((it) => typeof it === "string") ? (list as readonly string[]) : null;
}

/** As `sha256:` and 64 digits. */
export function digestIn(value: unknown): string | null {
  const text = stringOf(value);
  return text !== null && /^sha256:[0-9a-f]{64}$/.test(text) ? text : null;
}
