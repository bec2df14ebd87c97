import type { Command } from "commander";
import { checkPairs, EXIT_CODES, withCheckFlags, type CheckFlags } from "./check-pairs.ts";

/** `slimproof compare BASELINE CANDIDATE [--contract FILE]`. */
export function addCompareCommand(program: Command): void {
  withCheckFlags(program.command("compare"))
    .description("the same for two images that exist")
    .argument("<baseline>", "the image that is trusted")
    .argument("<candidate>", "the image that must behave the same")
    .option(
      "--contract <file>",
      "whose probes are driven (default: what a look at the baseline suggests)",
    )
    .addHelpText(
      "after",
      `
Examples:
  slimproof compare calc:1.3 calc:1.4
  slimproof compare calc:1.3 calc:1.4 --contract apps/go-calculator/parity.yaml
${EXIT_CODES}`,
    )
    .action(
      async (
        baseline: string,
        candidate: string,
        flags: CheckFlags & { readonly contract?: string },
      ) => {
        const { contractOfPair } = await import("../contract/infer.ts");
        const { loadContract } = await import("../contract/load.ts");
        const { contractOfImages } = await import("../contract/select.ts");
        const { contract } = flags;
        const compared =
          contract === undefined
            ? contractOfPair(baseline, candidate)
            : contractOfImages(await loadContract(contract), baseline, candidate);
        await checkPairs([{ contract: compared, folder: contract ?? "." }], flags);
      },
    );
}
