/**
 * Every folder under apps/ that has a parity.yaml is driven: one readable test for each probe and claim.
 * A new app needs no line here.
 */
import { globSync } from "node:fs";
import { dirname, join } from "node:path";
import { describePair } from "slimproof/vitest";

const here = import.meta.dirname;
const contracts = globSync("**/parity.yaml", { cwd: here, exclude: ["**/node_modules"] });

for (const contract of contracts.sort()) await describePair(join(here, dirname(contract)));
