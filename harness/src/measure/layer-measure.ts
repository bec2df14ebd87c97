import { createHash } from "node:crypto";
import type { LayerVisitor } from "./archive/layer.ts";
import { gzipCounters } from "./bytes/gzip.ts";
import { stockVisitor, type Inventory } from "./tree/inventory.ts";

/** What a pass finds of a layer. `transfer` comes later, since compression goes on while the next layer is read. */
export interface LayerMeasure {
  readonly inventory: Inventory;
  /** Bytes of the regular files in it, hard links counted once. */
  readonly unpacked: number;
  /** Bytes after gzip at level 6; null when they were not asked for. */
  readonly transfer: Promise<number> | null;
  /** Digest of the tar's first bytes, by which a layer is recognised in a stream that does not name it. */
  readonly head: string;
}

/** Makes the visitors that measure layers; those of one archive share the cores, so make this once for each pass. */
export function layerVisitors(options: {
  readonly transfer: boolean;
  readonly hashes: boolean;
}): (head: Buffer) => LayerVisitor<LayerMeasure> {
  const counters = options.transfer ? gzipCounters() : null;
  return (head) => {
    const gzip = counters?.() ?? null;
    const visitor = stockVisitor(options);
    return {
      ...(gzip && { bytes: (chunk: Uint8Array) => gzip.write(chunk) }),
      entry: (entry) => visitor.entry(entry),
      async end() {
        await gzip?.end();
        const transfer = gzip?.total() ?? null;
        transfer?.catch(() => {}); // for whoever awaits it
        const inventory = visitor.end();
        return { inventory, unpacked: inventory.bytes, transfer, head: headOf(head) };
      },
    };
  };
}

export function headOf(head: Buffer): string {
  return createHash("sha256").update(head).digest("hex");
}
