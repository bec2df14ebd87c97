import { createInterface } from "node:readline/promises";
import { InputError } from "slimproof";
import { isInteractive } from "./surroundings.ts";

/** Asks a question to be answered by y. @throws InputError where nobody can be asked: `--yes` answers beforehand. */
export async function ask(question: string, isYes: boolean): Promise<boolean> {
  if (isYes) return true;
  if (!isInteractive())
    throw new InputError(`${question} Nobody can be asked here: --yes says yes`);
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    const answer = await terminal.question(`${question} [y/N] `);
    return /^y(?:es)?$/i.test(answer.trim());
  } finally {
    terminal.close();
  }
}
