import type { Distribution } from "../../model/anatomy.ts";
import type { EntryReader } from "../tar/tar-reader.ts";
import { lineReader } from "../bytes/lines.ts";
import type { TarEntry } from "../tar/tar-entry.ts";
import type { Found } from "../tree/inode.ts";
import { resolve, type Tree } from "../tree/tree.ts";

/** In the order in which os-release(5) has them looked for; the first is often a link to the second. */
const PLACES = ["/etc/os-release", "/usr/lib/os-release"];

/** Reads os-release(5): `NAME=value` lines, values quoted or not. */
export function distributionReader(path: string, _: TarEntry, found: Found): EntryReader | null {
  return PLACES.includes(path) ? osReleaseReader(found) : null;
}

function osReleaseReader(found: Found): EntryReader {
  const fields = new Map<string, string>();
  return lineReader(
    (line) => {
      const field = /^(ID|VERSION_ID)=(["']?)([\w.~+-]{1,64})\2\s*$/.exec(line);
      if (field?.[1] && field[3]) fields.set(field[1], field[3]);
    },
    () => {
      const id = fields.get("ID");
      if (id) found({ distribution: { id, version: fields.get("VERSION_ID") ?? "" } });
    },
  );
}

/** Which distribution a file system says it is. */
export function distributionOf(tree: Tree): Distribution | null {
  for (const place of PLACES) {
    const content = resolve(tree, place)?.node.inode.content;
    if (content?.distribution) return content.distribution;
  }
  return null;
}
