/** A docker command and an engine that a test makes up: they answer what the teacher's tools ask, and do nothing. */
import { once } from "node:events";
import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { join } from "node:path";

export interface FakeDocker extends AsyncDisposable {
  /** To be had as PATH and DOCKER_HOST. */
  readonly env: { readonly PATH: string; readonly DOCKER_HOST: string };
  /** What the command was asked so far, a line each. */
  calls(): Promise<readonly string[]>;
}

export interface Faked {
  /** Images that are there; others cannot be pulled. */
  readonly images: readonly string[];
  /** Lines of a shell for commands that are to do something else: `case "$1" in load) exit 1;; esac`. */
  readonly otherwise?: string;
  /** The engine's version. */
  readonly version?: string;
}

/** Makes both in a folder. `pnpm` does nothing as well; all else comes from the system's own folders. */
export async function fakeDocker(folder: string, faked: Faked): Promise<FakeDocker> {
  const bin = join(folder, "bin");
  const log = join(folder, "calls");
  await mkdir(bin, { recursive: true });
  await writeFile(join(folder, "images"), faked.images.map((it) => `${it}\n`).join(""));
  await writeFile(log, "");
  await program(join(bin, "pnpm"), "mkdir -p node_modules/slimproof");
  await program(
    join(bin, "docker"),
    `echo "$*" >> '${log}'
${faked.otherwise ?? ""}
case "$1 $2" in
  "version "*) echo 27.3.1 ;;
  "image inspect") for last; do :; done; grep -qxF -e "$last" '${join(folder, "images")}' ;;
  "image ls") echo 0123456789ab ;;
  "run "*) printf 'Filesystem 1024-blocks Used Available Capacity Mounted on\\noverlay 90 10 20000000 1%% /\\n' ;;
  "save "*) shift; printf 'saved %s\\n' "$*" ;;
  "load "*) cat > /dev/null; echo 'Loaded image: one:1' ;;
  "pull "*) echo 'Error response from daemon: no such host' >&2; exit 1 ;;
esac`,
  );
  const socket = join(folder, "engine.sock");
  const server = createServer((request, response) => {
    response.setHeader("content-type", "application/json");
    const isVersion = request.url?.endsWith("/version");
    response.end(
      JSON.stringify(isVersion ? { Version: faked.version ?? "27.3.1" } : { Labels: [] }),
    );
  });
  server.listen(socket);
  await once(server, "listening");
  return {
    env: { PATH: `${bin}:/usr/bin:/bin`, DOCKER_HOST: `unix://${socket}` },
    calls: async () => (await readFile(log, "utf8")).split("\n").slice(0, -1),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Writes a program of the shell. */
export async function program(file: string, lines: string): Promise<void> {
  await writeFile(file, `#!/bin/sh\n${lines}\n`);
  await chmod(file, 0o755);
}
