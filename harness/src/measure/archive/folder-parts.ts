import { realpath, stat } from "node:fs/promises";
import { join, sep } from "node:path";
import { InputError } from "../../model/error.ts";
import { bytesOf, openFile } from "./bytes-of.ts";
import { documents, type Documents } from "./documents.ts";
import { addDocument, type Part } from "./parts.ts";

const MOST_PARTS = 20_000;

/**
 * The files of an OCI layout (image-spec, "OCI Image Layout"): its index, and all blobs to which that leads. A blob that is
 * missing is left out, as in a layout of one platform of many. Throws InputError when there is no index, or when a link
 * leads out of the folder.
 */
export async function folderParts(
  folder: string,
  signal: AbortSignal,
): Promise<{ readonly parts: readonly Part[]; readonly index: Documents }> {
  const root = await realpath(folder);
  const index = documents();
  const parts: Part[] = [];
  // docker save's own document tells tags that an index may lack.
  const names = new Set(["index.json", "manifest.json"]);
  for (const name of names) {
    const part = await partOf(root, name, signal);
    if (!part && name === "index.json")
      throw new InputError("it has no index.json, so it is no OCI layout");
    if (!part) continue;
    if (parts.length === MOST_PARTS) throw new InputError(`more than ${MOST_PARTS} blobs`);
    parts.push(part);
    for (const digest of await addDocument(index, part))
      names.add(`blobs/${digest.replace(":", "/")}`);
  }
  return { parts, index };
}

async function partOf(root: string, name: string, signal: AbortSignal): Promise<Part | null> {
  let path: string;
  try {
    path = await realpath(join(root, name));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
  if (!path.startsWith(root.endsWith(sep) ? root : root + sep))
    throw new InputError(`${name} is a link that leads out of the folder`);
  const found = await stat(path);
  if (!found.isFile()) throw new InputError(`${name} is no file`);
  const { size } = found;
  return {
    name,
    size,
    async *bytes(most = size) {
      const handle = await openFile(path);
      try {
        yield* bytesOf(handle, 0, Math.min(most, size), signal);
      } finally {
        await handle.close();
      }
    },
  };
}
