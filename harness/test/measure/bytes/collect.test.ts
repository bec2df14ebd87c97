import { expect, test } from "vitest";
import { collector } from "../../../src/measure/bytes/collect.ts";

const CHUNK = 65_536;

/** By how much buffers pile up at most while 200 MB of them pass. */
async function pile(passed: (bytes: number) => void): Promise<number> {
  const base = process.memoryUsage().arrayBuffers;
  let most = 0;
  for (let n = 0; n < 200e6 / CHUNK; n++) {
    const chunk = Buffer.allocUnsafeSlow(CHUNK);
    await new Promise((resolve) => setImmediate(resolve));
    passed(chunk.length);
    most = Math.max(most, process.memoryUsage().arrayBuffers - base);
  }
  return most;
}

test("buffers that passed are freed long before V8 would", async () => {
  const left = await pile(() => {});
  const collected = await pile(collector());
  expect(collected).toBeLessThan(16e6);
  expect(left).toBeGreaterThan(1.5 * collected);
});

test("what nobody needed any more when the pass began does not let more pile up", async () => {
  const garbage = Array.from({ length: 100e6 / CHUNK }, () => Buffer.allocUnsafeSlow(CHUNK));
  const passed = collector();
  garbage.length = 0;
  await pile(passed);
  expect(await pile(passed)).toBeLessThan(16e6);
});
