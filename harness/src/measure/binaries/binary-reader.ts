import type { EntryReader } from "../archive/layer.ts";
import type { TarEntry } from "../tar/tar-entry.ts";
import type { Found } from "../tree/inode.ts";
import { goBuildInfo } from "./go-build-info.ts";

/** Reads what an executable tells of itself. */
export function binaryReader(path: string, entry: TarEntry, found: Found): EntryReader | null {
  if ((entry.mode & 0o111) === 0) return null;
  return goBuildInfo((modules) => {
    const rest = { kind: "go" as const, path, architecture: null, source: null };
    found({ packages: modules.map(({ name, version }) => ({ ...rest, name, version })) });
  });
}
