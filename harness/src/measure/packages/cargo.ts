import { inflateSync } from "node:zlib";
import type { Package } from "../../model/anatomy.ts";
import { MOST_PACKAGES, packageOf } from "./package.ts";

/** What cargo-auditable's own reader allows (auditable-info, Limits): far more than any program has. */
const LONGEST_JSON = 8 << 20;

/**
 * The crates that a Rust program was built from, of what cargo-auditable writes into its ELF section `.dep-v0`: JSON,
 * compressed by zlib (cargo-auditable, PARSING.md). Crates that only took part in the build are not in the program, and are
 * left out. Empty for what is no such section.
 */
export function cargoPackages(section: Uint8Array, path: string): readonly Package[] {
  const packages: Package[] = [];
  for (const crate of cratesOf(section)) {
    if (typeof crate !== "object" || crate === null || packages.length > MOST_PACKAGES) continue;
    const { name, version, kind } = crate as Readonly<Record<string, unknown>>;
    if (kind === "build" || typeof name !== "string" || typeof version !== "string") continue;
    const it = packageOf("cargo", path, { name, version });
    if (it) packages.push(it);
  }
  return packages;
}

function cratesOf(section: Uint8Array): readonly unknown[] {
  try {
    const json = inflateSync(section, { maxOutputLength: LONGEST_JSON }).toString("utf8");
    const document = JSON.parse(json) as { readonly packages?: unknown } | null;
    return Array.isArray(document?.packages) ? document.packages : [];
  } catch {
    return []; // no zlib, too long, or no JSON
  }
}
