/** A first look at a large image takes some seconds, in which a person wants to know what goes on. */
export function announce(images: readonly string[]): void {
  if (process.stderr.isTTY) process.stderr.write(`looking at ${images.join(" and ")} …\n`);
}
