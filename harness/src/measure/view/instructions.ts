import type { Step } from "../archive/image-document.ts";

/**
 * The instruction that made each of so many layers, lowest first. A history that tells of more or fewer is held against
 * the layers from the top: it is an imported or squashed base of which too little or too much is told.
 */
export function instructionsOf(
  history: readonly Step[],
  layers: number,
): readonly (string | null)[] {
  const steps = history.filter(({ empty }) => !empty);
  return Array.from({ length: layers }, (_, at) => {
    const step = steps[at + steps.length - layers];
    return step?.createdBy ? readable(step.createdBy) || null : null;
  });
}

const SHELL = "/bin/sh -c ";
/** Docker's classic builder wrote so of what ran nothing (`#(nop)` for no operation). */
const NOP = "/bin/sh -c #(nop)";

/** What a builder wrote down, as the Dockerfile has it: `/bin/sh -c #(nop)  CMD ["sh"]` is `CMD ["sh"]`. On one line. */
export function readable(createdBy: string): string {
  const line = createdBy
    .replace(/\s+/g, " ")
    .replace(/ # buildkit$/, "")
    .trim();
  if (line.startsWith(NOP)) return line.slice(NOP.length).trim();
  // The classic builder wrote down the command of a RUN by itself.
  const command = /^(?:RUN )?(?=\/|\|\d+ )(.*)$/.exec(line)?.[1];
  if (command === undefined) return line;
  const bare = withoutArguments(command);
  return `RUN ${bare.startsWith(SHELL) ? bare.slice(SHELL.length).trim() : bare}`;
}

/** Without the values of ARG that a RUN saw, `|2 A=1 B=2 ` with their number in front. Values may hold spaces. */
function withoutArguments(command: string): string {
  const count = Number(/^\|(\d{1,3}) /.exec(command)?.[1] ?? Number.NaN);
  if (Number.isNaN(count)) return command;
  const shell = command.indexOf(` ${SHELL}`);
  if (shell >= 0) return command.slice(shell + 1);
  const words = command.split(" ").slice(1);
  return words.slice(count).join(" ");
}
