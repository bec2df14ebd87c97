import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import type { Command } from "commander";
import { BuildError, InputError } from "../model/error.ts";
import { interruptible } from "../command-line/interrupt.ts";

const FILE = "parity.yaml";

/** `slimproof init [FOLDER]`. */
export function addInitCommand(program: Command): void {
  program
    .command("init")
    .description("write the parity.yaml that a look at the baseline suggests")
    .argument("[folder]", "with Dockerfile.single and Dockerfile.multi", ".")
    .option("-q, --quiet", "nothing on standard error but errors")
    .addHelpText(
      "after",
      `
The baseline is built and run once: which ports answer, whether it reads a
terminal, whether it ends. A file that is there already is never overwritten.

Exit codes: 0 written, 2 not (no engine, no Dockerfile, it did not build, or
there is a parity.yaml), 130 interrupted.`,
    )
    .action(async (folder: string, flags: { readonly quiet?: true }) => {
      const { contractOfFolder } = await import("../contract/infer.ts");
      const { contractText } = await import("../contract/write.ts");
      const { inferContract } = await import("../check/infer-contract.ts");
      const signal = interruptible();
      const contract = await contractOfFolder(folder);
      const path = join(contract.folder, FILE);
      const shown = relative(process.cwd(), path) || FILE;
      if (existsSync(path))
        throw new InputError(`${shown}: is there already; edit it, or remove it first`);
      if (!flags.quiet)
        process.stderr.write(`building the baseline of ${contract.name} and looking at it\n`);
      const inferred = await inferContract(contract, signal).catch((error: unknown) => {
        if (!(error instanceof BuildError)) throw error;
        throw new InputError([error.message, ...error.log].join("\n"), { cause: error });
      });
      // `wx`: whoever wrote one in the meantime keeps it.
      await writeFile(path, contractText(inferred), { flag: "wx" });
      const names = inferred.probes.map(({ name }) => name).join(", ");
      process.stdout.write(`${shown}: ${names || "no probes"}\n`);
    });
}
