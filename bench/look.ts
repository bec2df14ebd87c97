/**
 * One look at images by a process of its own, whose time and memory are then the look's and nothing else's.
 * Usage: node bench/look.js export IMAGE | layers IMAGE… | again IMAGE…
 */
import { inspect } from "../harness/src/inspect.ts";

const [way, ...images] = process.argv.slice(2);
const look = { transfer: false, layers: true, hashes: false, signal: AbortSignal.timeout(600_000) };
switch (way) {
  case "export": {
    // What `check` needs of an image: the final file system alone.
    const { openLook } = await import("../harness/src/engine/look.ts");
    const { anatomyOf, readTree } = await import("../harness/src/measure/anatomy.ts");
    await using engine = await openLook();
    for (const image of images) anatomyOf(await readTree(engine.tree(image), { hashes: false }));
    break;
  }
  case "layers":
    await inspect(images, { ...look, cache: false });
    break;
  case "again": {
    // The first look fills the cache; how many milliseconds the second takes is printed.
    await inspect(images, { ...look, cache: true });
    const began = performance.now();
    await inspect(images, { ...look, cache: true });
    console.log(performance.now() - began);
    break;
  }
  default:
    throw new Error("usage: node bench/look.js export IMAGE | layers IMAGE… | again IMAGE…");
}
