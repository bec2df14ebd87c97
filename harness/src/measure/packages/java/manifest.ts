/**
 * The main attributes of a jar's manifest, by their names in lower case (JAR File Specification, "Manifest and Signature
 * Specification"): lines of at most 72 bytes, continued by a space on the next, up to the first empty one.
 */
export function mainAttributes(text: string): ReadonlyMap<string, string> {
  const attributes = new Map<string, string>();
  const [main = ""] = text.replace(/\r\n?/g, "\n").split("\n\n", 1);
  for (const line of main.replaceAll("\n ", "").split("\n")) {
    const [, name, value] = /^([\w-]+): *(.*)$/.exec(line) ?? [];
    if (name && value) attributes.set(name.toLowerCase(), value.trim());
  }
  return attributes;
}

/** Java's properties, as Maven writes them: `key=value` lines, no escapes. */
export function properties(text: string): ReadonlyMap<string, string> {
  const all = new Map<string, string>();
  for (const line of text.split(/\r?\n/)) {
    const [, key, value] = /^\s*(\w+)\s*[=:]\s*(.*?)\s*$/.exec(line) ?? [];
    if (key && value) all.set(key, value);
  }
  return all;
}
