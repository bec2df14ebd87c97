/** Where a bench's table goes: to the terminal, and with `--write` into bench/README.md between its markers. */
import { readFile, writeFile } from "node:fs/promises";
import { cpus } from "node:os";
import { join } from "node:path";
import type { FoundEngine } from "slimproof";

const README = join(import.meta.dirname, "README.md");

/** `Measured on 2026-11-25 by \`node bench/tree.ts\`: 2 cores, Docker 26.1.5, Node 24.21.0.` */
export function provenance(command: string, engine: FoundEngine, more: readonly string[]): string {
  const machine = [
    `${cpus().length} cores`,
    `Docker ${engine.version}`,
    `Node ${process.versions.node}`,
    ...more,
  ];
  const date = new Date().toISOString().slice(0, 10);
  return `Measured on ${date} by \`node ${command}\`: ${machine.join(", ")}.`;
}

/**
 * Puts a text between `<!-- MARKER:begin -->` and `<!-- MARKER:end -->` of a file, the benches' README where none is named.
 * Throws when the file has no such place.
 */
export async function write(marker: string, text: string, file: string = README): Promise<void> {
  const [begin, end] = [`<!-- ${marker}:begin -->`, `<!-- ${marker}:end -->`];
  const before = await readFile(file, "utf8");
  const [from, to] = [before.indexOf(begin), before.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`${file} has no ${begin} … ${end}`);
  const after = `${before.slice(0, from + begin.length)}\n\n${text}\n\n${before.slice(to)}`;
  await writeFile(file, after);
}
