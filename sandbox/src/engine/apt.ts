/** Reads the host's own apt sources, and says where another Debian release is to be had from the same mirrors. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Suite } from "./folder.ts";

/** One enabled `deb` source. */
export interface AptSource {
  readonly uris: readonly string[];
  readonly suites: readonly string[];
  readonly components: readonly string[];
}

/** Keys of every Debian release, from the package debian-archive-keyring. */
export const DEBIAN_KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg";

/** A deb822 file (`*.sources`): its enabled `deb` stanzas. See sources.list(5). */
export function parseDeb822(text: string): AptSource[] {
  return text.split(/\n[ \t]*\n/).flatMap((stanza) => {
    const fields = new Map<string, string>();
    let key = "";
    for (const line of stanza.split("\n")) {
      if (line.startsWith("#")) continue;
      const field = /^([\w-]+):(.*)$/.exec(line);
      if (field) key = (field[1] ?? "").toLowerCase();
      if (key) fields.set(key, `${fields.get(key) ?? ""} ${field ? field[2] : line}`);
    }
    const words = (name: string): string[] =>
      (fields.get(name) ?? "").split(/\s+/).filter((word) => word !== "");
    if (!words("types").includes("deb") || words("enabled")[0]?.toLowerCase() === "no") return [];
    return [{ uris: words("uris"), suites: words("suites"), components: words("components") }];
  });
}

/** A one-line-style file (`sources.list`, `*.list`): its `deb` lines. */
export function parseOneLine(text: string): AptSource[] {
  return text.split("\n").flatMap((line) => {
    const match = /^\s*deb\s+(?:\[[^\]]*\]\s*)?(\S+)\s+(\S+)\s*([^#]*)/.exec(line);
    if (!match) return [];
    const components = (match[3] ?? "").split(/\s+/).filter((word) => word !== "");
    return [{ uris: [match[1] ?? ""], suites: [match[2] ?? ""], components }];
  });
}

/** Every enabled source of the host. Files whose names apt itself would not read are left out. */
export async function hostSources(folder = "/etc/apt"): Promise<AptSource[]> {
  const parts = join(folder, "sources.list.d");
  const names = (await readdir(parts).catch(() => [])).sort();
  const files = [join(folder, "sources.list"), ...names.map((name) => join(parts, name))];
  const sources: AptSource[] = [];
  for (const file of files) {
    const parse = file.endsWith(".list")
      ? parseOneLine
      : file.endsWith(".sources")
        ? parseDeb822
        : null;
    if (!parse) continue;
    for (const source of parse(await readFile(file, "utf8").catch(() => ""))) {
      sources.push({
        ...source,
        uris: (await Promise.all(source.uris.map(expandMirrorList))).flat(),
      });
    }
  }
  return sources;
}

/** Cloud images name a file of mirrors (`mirror+file:/etc/apt/mirrors/debian.list`): its first mirror. */
async function expandMirrorList(uri: string): Promise<string[]> {
  if (!uri.startsWith("mirror+file:")) return [uri];
  const text = await readFile(uri.replace(/^mirror\+file:\/*/, "/"), "utf8").catch(() => "");
  const first = text.split("\n").find((line) => /^\w+:/.test(line));
  return first ? [first.split(/\s/)[0] ?? ""] : [];
}

const ALIASES = ["oldstable", "stable", "testing"];

/**
 * `deb` lines for `suite` on the mirrors that the host takes `release` (its VERSION_CODENAME) from, with the
 * updates and security suites that the host has. Empty when the host has no mirror of Debian (an Ubuntu).
 */
export function sourcesFor(suite: Suite, release: string, sources: readonly AptSource[]): string[] {
  const lines = sources.flatMap((source) =>
    source.suites.flatMap((name) => {
      const [, base, pocket] = /^(\w+?)(-updates|-security)?\/?$/.exec(name) ?? [];
      if (base !== release && !ALIASES.includes(base ?? "")) return [];
      if (!source.components.includes("main")) return [];
      return source.uris
        .filter((uri) => isDebianArchive(uri))
        .map((uri) => `deb [signed-by=${DEBIAN_KEYRING}] ${uri} ${suite}${pocket ?? ""} main`);
    }),
  );
  return [...new Set(lines)];
}

/** Third parties use Debian's suite names too; only the archive itself ends in these words, on every mirror and snapshot. */
function isDebianArchive(uri: string): boolean {
  return /\/debian(-security)?(\/\d{8}T\d{6}Z)?\/?$/.test(uri);
}
