/** An image in the engine against the same image in files that the engine's own command line wrote. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openEngine, type Engine } from "../src/engine/engine.ts";
import { inspect, type InspectOptions, type Inspected } from "../src/inspect.ts";
import { walk } from "../src/measure/tree/tree.ts";

let folder: string;
let engine: Engine;
let id: string;
const before = process.env["SLIMPROOF_CACHE"];
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "slimproof-inspect-"));
  engine = await openEngine(false);
  const { config } = await engine.image(
    {
      kind: "build",
      dockerfile: "Dockerfile",
      context: join(import.meta.dirname, "measure", "fixtures", "odd-layers"),
      target: null,
      args: {},
      platform: null,
    },
    { cache: true, keep: false, signal: new AbortController().signal, onEvent: () => {} },
  );
  ({ id } = config);
  process.env["SLIMPROOF_CACHE"] = join(folder, "cache"); // the private engine was found by the real one
});
afterAll(async () => {
  if (before === undefined) delete process.env["SLIMPROOF_CACHE"];
  else process.env["SLIMPROOF_CACHE"] = before;
  rmSync(folder, { recursive: true, force: true });
  await engine?.[Symbol.asyncDispose]();
});

const OPTIONS: InspectOptions = {
  cache: false,
  transfer: false,
  layers: true,
  signal: new AbortController().signal,
};

async function look(subject: string, options: Partial<InspectOptions> = {}): Promise<Inspected> {
  const [found] = await inspect([subject], { ...OPTIONS, ...options });
  if (!found) throw new Error("nothing was told");
  return found;
}

test("the engine and its archive tell the same, plain and compressed, and unpacked to a folder", async () => {
  const { inspection } = await look(id);
  const archive = join(folder, "image.tar");
  execFileSync("docker", ["save", "-o", archive, id]);
  execFileSync("gzip", ["-1", "-k", archive]);
  mkdirSync(join(folder, "layout"));
  execFileSync("tar", ["-xf", archive, "-C", join(folder, "layout")]);
  for (const path of [archive, `${archive}.gz`, join(folder, "layout")]) {
    const inFile = (await look(path)).inspection;
    expect(inFile).toEqual({ ...inspection, name: path, config: inFile.config });
    // The containerd store knows an image by its index, a file by its config.
    expect({ ...inFile.config, id: "" }).toEqual({ ...inspection.config, id: "" });
  }
});

test("layers are told by the instructions of the Dockerfile", async () => {
  const { layers } = (await look(id)).inspection;
  const instructions = (layers ?? []).map(({ instruction }) => instruction ?? "");
  expect(instructions.at(-1)).toBe("COPY Dockerfile /odd/links/folder/");
  expect(instructions.at(-3)).toBe('RUN chmod 1777 /odd && chmod 0400 "/odd/späte Namen"');
});

test("the file system alone tells the same of itself", async () => {
  const whole = (await look(id)).inspection;
  const alone = (await look(id, { layers: false, hashes: false })).inspection;
  expect(alone).toEqual({ ...whole, layers: null, size: null, wasted: null });
});

test("a second look asks the engine for nothing but the image's config, and is the same", async () => {
  const cached = { cache: true };
  const first = await look(id, cached);
  const began = performance.now();
  const second = await look(id, cached);
  expect(performance.now() - began).toBeLessThan(1000); // 30 ms on a machine that does nothing else
  expect(second.inspection).toEqual(first.inspection);
  const paths = async (found: Inspected): Promise<readonly string[]> =>
    [...walk(await found.tree())].map(({ path, node }) => `${path} ${node.inode.hash}`);
  expect(await paths(second)).toEqual(await paths(first));
  rmSync(join(folder, "cache"), { recursive: true });
  expect(await paths(second)).toEqual(await paths(first)); // exported anew
});
