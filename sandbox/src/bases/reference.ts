/** The many spellings of one image reference, brought to the shortest. */

/**
 * `docker.io/library/x`, `library/x` and `x` all become `x:latest`; other registries, tags and digests stay. Upper
 * case stays too, since no engine takes it in a repository's name.
 */
export function normalise(reference: string): string {
  const short = reference
    .trim()
    .replace(/^(index\.)?docker\.io\//, "")
    .replace(/^library\//, "");
  const name = short.slice(short.lastIndexOf("/") + 1);
  return /[:@]/.test(name) ? short : `${short}:latest`;
}
