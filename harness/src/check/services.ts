import { relative } from "node:path";
import type { Contract, ServiceImage } from "../model/contract.ts";
import { InputError } from "../model/error.ts";
import { all } from "./all.ts";
import type { Workplace } from "./workplace.ts";

/**
 * Finds the images of a contract's services, pulling what the engine lacks.
 * @throws InputError for one that cannot be had; EngineError when the engine fails.
 */
export async function findServices(
  contract: Contract,
  { engine, cache, keep, signal }: Workplace,
): Promise<Contract> {
  if (contract.services.length === 0) return contract;
  const where = contract.file === null ? contract.name : relative(process.cwd(), contract.file);
  const find = async (name: string, image: string): Promise<ServiceImage> => {
    const options = { cache, keep, signal, onEvent: () => {} };
    try {
      const found = await engine.image({ kind: "image", image, platform: null }, options);
      const ports = found.config.ports.flatMap((it) => (/^(\d+)\/tcp$/.exec(it) ?? []).slice(1));
      return { id: found.ref, ports: ports.map(Number), standIns: found.standIns };
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      throw new InputError(`${where}: services.${name}: ${error.message}`, { cause: error });
    }
  };
  const services = contract.services.map(async (it) => ({
    ...it,
    found: await find(it.name, it.image),
  }));
  return { ...contract, services: await all(services) };
}

/** What stood in for the official images of services. */
export function serviceNotes({ services }: Contract): readonly string[] {
  return services.flatMap(
    ({ name, found }) => found?.standIns.map((it) => `stand-in for service ${name}: ${it}`) ?? [],
  );
}
