import type { EntryReader } from "../tar/tar-reader.ts";
import { lineReader } from "../bytes/lines.ts";
import type { Add } from "./package.ts";

/** Reads paragraphs of one-letter fields (apk(5), "installed"): name, version, architecture and origin. */
export function apkReader(add: Add): EntryReader {
  let fields = new Map<string, string>();
  const flush = (): void => {
    const name = fields.get("P");
    const origin = fields.get("o");
    const source = origin === name ? undefined : origin;
    add({ name, version: fields.get("V"), architecture: fields.get("A"), source });
    fields = new Map();
  };
  return lineReader((line) => {
    const field = /^([PVAo]):(.+)$/.exec(line);
    if (field?.[1] && field[2]) fields.set(field[1], field[2]);
    else if (line === "") flush();
  }, flush);
}
