import type { Command } from "commander";
import { named } from "./named.ts";
import { deskAtHand, shown } from "./surroundings.ts";

export function addShellCommand(program: Command): void {
  program
    .command("shell")
    .description("open a shell in the current exercise, in which docker and slimproof work")
    .argument("[command...]", "run this alone and leave as it does: shell -- docker images")
    .action(async (command: string[], _, self: Command) => {
      const { runInShell, shellEnvironment, shellOf } = await import("./shell.ts");
      const { dockerCommand } = await import("../docker/command.ts");
      const desk = await deskAtHand(self);
      const folder = desk.place(await named(desk, undefined));
      const env = shellEnvironment(await dockerCommand(), desk.folder, process.env);
      if (command.length === 0)
        process.stderr.write(
          `a shell in ${shown(folder)}, with docker, slimproof and workshop at hand; \`exit\` leaves it\n`,
        );
      const [file = shellOf(process.env), ...args] = command;
      process.exitCode = await runInShell([file, ...args], folder, env);
    });
}
