import type { TarEntry } from "../tar/tar-entry.ts";

/** Where the symbolic links of a file system lead, once all of its entries were seen. */
export interface Links {
  add(path: string, entry: TarEntry): void;
  /** Each symbolic link with the executable file it ends at, null when it ends at none, as one left dangling does. */
  ends(): Iterable<readonly [link: string, end: string | null]>;
}

/** Characters of paths that are kept of executables and of links: ten times what a full desktop system has. */
const MOST_FILES = 16_000_000;
const MOST_LINKS = 4_000_000;
/** Linux gives up after as many links, and on longer paths (path_resolution(7), PATH_MAX). */
const MOST_HOPS = 40;
const LONGEST_PATH = 4096;

/** In a tree too large to be remembered, links are taken to lead where they say. */
export function links(): Links {
  const files = new Set<string>();
  const targets = new Map<string, string>();
  let fileRoom = MOST_FILES;
  let linkRoom = MOST_LINKS;

  function resolve(path: string): string | null {
    let rest = path.split("/").reverse();
    let at = "";
    for (let hops = 0; rest.length > 0;) {
      const part = rest.pop();
      if (part === undefined || part === "" || part === ".") continue;
      if (part === "..") {
        at = at.slice(0, Math.max(0, at.lastIndexOf("/")));
        continue;
      }
      const next = `${at}/${part}`;
      const target = targets.get(next);
      if (target === undefined) {
        at = next;
        continue;
      }
      if (++hops > MOST_HOPS || target.length + rest.length > LONGEST_PATH) return null;
      if (target.startsWith("/")) at = "";
      rest = [...rest, ...target.split("/").reverse()];
    }
    return files.has(at) ? at : null;
  }

  return {
    add(path, { kind, mode, linkname }) {
      if (kind === "symlink") {
        linkRoom -= path.length + linkname.length;
        if (linkRoom > 0) targets.set(path, linkname);
      } else if ((kind === "file" || kind === "link") && (mode & 0o111) !== 0) {
        fileRoom -= path.length;
        if (fileRoom > 0) files.add(path);
      }
    },
    *ends() {
      const all = fileRoom > 0 && linkRoom > 0;
      for (const [link, target] of targets) yield [link, all ? resolve(link) : target];
    },
  };
}
