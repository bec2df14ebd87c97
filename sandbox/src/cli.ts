#!/usr/bin/env node
/** The sandbox's commands: engine/ makes and keeps an engine, bases/ base images, where there are none. */
import { delimiter } from "node:path";
import { parseArgs } from "node:util";
import { cacheFolder, findEngine } from "slimproof";
import { clean, stopAll } from "./clean.ts";
import { hostHasDocker, lacksBuildx } from "./engine/docker-command.ts";
import { commandFolder } from "./engine/folder.ts";
import { seconds } from "./engine/root.ts";
import { status } from "./status.ts";
import { ensureBasesFor, ensureEngine, SetupError } from "./up.ts";

const HELP = `usage: node sandbox/src/cli.ts COMMAND

  up [--for FOLDER]...   find a Docker engine or start a private one, and have ready
                         the images that Dockerfiles and services of contracts under the
                         folders name
  status                 what runs, and what it takes up
  stop                   stop the private engines; their images stay
  clean                  stop them and remove everything that was made
  env                    shell settings for the engine in use: eval "$(... env)"

SANDBOX_SUITE=bookworm|trixie|forky chooses Docker 20.10, 26.1 (the default) or 28.5.
SLIMPROOF_CACHE names the folder where all of it is kept (default ~/.cache/slimproof).
`;

function log(line: string): void {
  process.stderr.write(`sandbox: ${line}\n`);
}

async function main(arguments_: readonly string[]): Promise<number> {
  const { positionals, values } = parseArgs({
    args: [...arguments_],
    allowPositionals: true,
    options: { for: { type: "string", multiple: true }, help: { type: "boolean", short: "h" } },
  });
  const [command, ...rest] = positionals;
  if (values.help) return print(HELP);
  // `--for A B C` is as good as `--for A --for B --for C`.
  const folders = values.for ? [...values.for, ...rest] : [];
  if (rest.length > 0 && folders.length === 0)
    throw new SetupError(`what is ${rest[0]}? See --help`);
  switch (command) {
    case "up":
      return await up(folders);
    case "stop":
      await stopAll(log);
      return 0;
    case "clean":
      await clean(log);
      return 0;
    case "status":
      return print(`${(await status()).join("\n")}\n`);
    case "env":
      return await env();
    default:
      process.stderr.write(HELP);
      return 2;
  }
}

async function up(folders: readonly string[]): Promise<number> {
  const started = Date.now();
  const engine = await ensureEngine(log);
  await ensureBasesFor(folders, engine, log);
  const whose = engine.sandbox ? `private, Debian ${engine.sandbox}` : "not ours, only used";
  log(`Docker ${engine.version} at ${engine.host} (${whose}) is ready after ${seconds(started)}`);
  return 0;
}

async function env(): Promise<number> {
  const engine = await findEngine();
  if (!engine) throw new SetupError("no Docker engine answers: run the command up first");
  print(`export DOCKER_HOST='${engine.host}'\n`);
  const ours = commandFolder(cacheFolder());
  if (!hostHasDocker(ours)) print(`export PATH='${ours}'${delimiter}"$PATH"\n`);
  if (await lacksBuildx(ours)) print(`export DOCKER_CONFIG='${ours}'\n`);
  return 0;
}

function print(text: string): number {
  process.stdout.write(text);
  return 0;
}

process.exitCode = await main(process.argv.slice(2)).catch((error: unknown) => {
  log(error instanceof Error ? error.message : String(error));
  return 2;
});
