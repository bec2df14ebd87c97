import type { EntryReader } from "../tar/tar-reader.ts";
import { wholeReader } from "../bytes/lines.ts";
import type { Add } from "./package.ts";

/** Reads a package.json. One without a name or a version only says how to read a folder (`{"type": "module"}`): no package. */
export function nodeReader(add: Add): EntryReader {
  return wholeReader((text) => {
    let manifest: unknown;
    try {
      manifest = JSON.parse(text.replace(/^\uFEFF/, ""));
    } catch {
      return;
    }
    if (typeof manifest !== "object" || manifest === null) return;
    const { name, version } = manifest as { readonly name?: unknown; readonly version?: unknown };
    if (typeof name === "string" && typeof version === "string") add({ name, version });
  });
}
