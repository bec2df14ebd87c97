/** What is asked of a contract's images, and how: the same for its baseline and for each candidate. */
import { inferProbes, isInferred } from "../contract/infer.ts";
import { drive } from "../drive/drive.ts";
import { scout } from "../drive/scout.ts";
import type { OpenServices } from "../drive/services.ts";
import { layersOf } from "../measure/layers.ts";
import { imageTree } from "../measure/trees.ts";
import type { Tree } from "../measure/tree/tree.ts";
import type { Contract } from "../model/contract.ts";
import type { Observation } from "../model/fact.ts";
import type { Image } from "../model/image.ts";
import { isBuilt, type Built, type Member } from "./member.ts";
import type { Workplace } from "./workplace.ts";

/** A contract that nobody wrote gets its probes from a look at its baseline. */
export async function withProbes(
  contract: Contract,
  baseline: Member,
  { engine, gate, signal, onProgress }: Workplace,
): Promise<Contract> {
  if (!isInferred(contract) || !isBuilt(baseline)) return contract;
  onProgress({ kind: "drive", pair: contract.name, image: baseline.name, probe: "a first look" });
  const seen = await gate(() => scout(baseline.image, contract.run, engine.containers, signal));
  return { ...contract, probes: inferProbes(seen) };
}

/**
 * Drives an image of the contract once, in fresh containers, beside services that come from `services`, else are started
 * for it. What runs repeat is held in memory once.
 */
export function observer(
  contract: Contract,
  { engine, gate, only, signal, onProgress }: Workplace,
  services?: OpenServices,
): (built: Built) => Promise<Observation> {
  const held = new Map<string, string>();
  const once = (value: string): string => {
    if (!held.has(value)) held.set(value, value);
    return held.get(value) ?? value;
  };
  return async ({ image, name }) => {
    const observed = await drive(image, contract, engine.containers, {
      only,
      limit: gate,
      services,
      signal,
      onProbe: (probe) => onProgress({ kind: "drive", pair: contract.name, image: name, probe }),
    });
    return { ...observed, facts: observed.facts.map((it) => ({ ...it, value: once(it.value) })) };
  };
}

/** File systems by image, from what is known of their layers, else from the engine: each is read when it is first asked for. */
export function treesOf({ engine, cache, signal }: Workplace): (image: Image) => Promise<Tree> {
  const layers = layersOf({ cache, transfer: false, hashes: true });
  const source = { tree: async (id: string) => engine.tree(id, signal) };
  const read = new Map<string, Promise<Tree>>();
  return ({ config }) => {
    const tree = read.get(config.id) ?? imageTree(config, layers, source);
    read.set(config.id, tree);
    tree.catch(() => read.delete(config.id)); // whoever asks again may have more luck
    return tree;
  };
}
