import type { EntryReader } from "../tar/tar-reader.ts";
import { lineReader } from "../bytes/lines.ts";
import type { Add } from "./package.ts";

const FIELD = /^(Package|Version|Status|Architecture|Source): *(.+)$/;

/**
 * Reads paragraphs of `Field: value` (deb-control(5)) and hands on the packages that are installed; `Status` is missing
 * in distroless, where all that is listed is there. `Source` is written only where it differs from the package, in its
 * name or, in brackets behind it, in its version.
 */
export function dpkgReader(add: Add): EntryReader {
  let fields = new Map<string, string>();
  const flush = (): void => {
    const status = fields.get("Status");
    if (status === undefined || status.endsWith(" installed"))
      add({
        name: fields.get("Package"),
        version: fields.get("Version"),
        architecture: fields.get("Architecture"),
        source: fields.get("Source")?.replace(/^(\S+) +\((\S+)\)$/, "$1@$2"),
      });
    fields = new Map();
  };
  return lineReader((line) => {
    const field = FIELD.exec(line);
    if (field?.[1] && field[2]) fields.set(field[1], field[2].trim());
    else if (line === "") flush();
  }, flush);
}
