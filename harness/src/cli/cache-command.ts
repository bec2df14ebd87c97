import type { Command } from "commander";
import type { CacheUsage } from "../measure/cache/usage.ts";
import { InputError } from "../model/error.ts";

/** `slimproof cache`, `slimproof cache prune`. */
export function addCacheCommand(program: Command): void {
  const command = program
    .command("cache")
    .description("what is remembered of images, and forgetting it")
    .addHelpText(
      "after",
      `
What was measured of layers and images is kept, so that a second look costs
milliseconds. It is bounded: what was not used for longest goes first.

Examples:
  slimproof cache                          how much there is, and where
  slimproof cache prune                    removes all of it

Exit codes: 0 done, 2 it could not be removed.`,
    )
    .action(async () => {
      const { cacheUsage } = await import("../measure/cache/usage.ts");
      await tell("", await cacheUsage());
    });
  command
    .command("prune")
    .description("forget all that is remembered of images")
    .action(async () => {
      const { cacheUsage, pruneCache } = await import("../measure/cache/usage.ts");
      const { folder } = await cacheUsage();
      const usage = await pruneCache().catch((error: unknown) => {
        const why = error instanceof Error ? error.message : String(error);
        throw new InputError(`${folder} cannot be removed: ${why}`, { cause: error });
      });
      await tell("removed ", usage);
    });
}

async function tell(verb: string, { folder, files, bytes: size }: CacheUsage): Promise<void> {
  const { bytes } = await import("../model/quantity.ts");
  const { counted } = await import("../report/figures.ts");
  process.stdout.write(`${verb}${counted(files, "file")}, ${bytes(size)} in ${folder}\n`);
}
