/** Writes the files that are made from the schema: run with node after every change of it. */
import { readFile, writeFile } from "node:fs/promises";
import { withReference } from "./reference.ts";
import { contractJsonSchema } from "./schema.ts";

const SCHEMA = new URL("../../schema/parity.schema.json", import.meta.url);
const PAGE = new URL("../../../docs/contract.md", import.meta.url);

const schema = contractJsonSchema();
await writeFile(SCHEMA, `${formatted(schema)}\n`);
await writeFile(PAGE, withReference(await readFile(PAGE, "utf8"), schema));

/** JSON as the project's formatter leaves it: a list of simple values stands on one line where it fits. */
function formatted(value: object): string {
  return JSON.stringify(value, null, 2).replaceAll(
    /^(.*)\[\n([^[\]{}]+?)\n\s*\](,?)$/gm,
    (lines: string, before: string, items: string, after: string) => {
      const line = `${before}[${items.trim().replaceAll(/\n\s*/g, " ")}]${after}`;
      return line.length <= 100 ? line : lines;
    },
  );
}
