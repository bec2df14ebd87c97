import { inferProbes } from "../contract/infer.ts";
import { scout } from "../drive/scout.ts";
import { openEngine } from "../engine/engine.ts";
import type { Contract } from "../model/contract.ts";

/**
 * Builds the baseline of a contract that has no probes, looks at what it does, and gives the contract with the probes
 * that follow.
 * @throws EngineError when no engine answers or it fails; BuildError when the baseline cannot be built; the signal's reason.
 */
export async function inferContract(contract: Contract, signal: AbortSignal): Promise<Contract> {
  await using engine = await openEngine(false);
  const building = { cache: true, keep: false, signal, onEvent: () => {} };
  const image = await engine.image(contract.baseline, building);
  const seen = await scout(image, contract.run, engine.containers, signal);
  return { ...contract, probes: inferProbes(seen) };
}
