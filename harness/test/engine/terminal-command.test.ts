import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Docker from "dockerode";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Connection } from "../../src/engine/connect.ts";
import { OWNER } from "../../src/engine/owner.ts";
import { terminalCommand } from "../../src/engine/terminal-command.ts";
import type { ContainerSpec } from "../../src/model/container.ts";

const SPEC: ContainerSpec = {
  image: "sha256:1234",
  args: null,
  env: {},
  user: null,
  readOnly: false,
  tmpfs: [],
  memory: 512_000_000,
  pids: 256,
  network: "bridge",
  mounts: [],
  ports: [],
  stdin: false,
};

const connection: Connection = {
  docker: new Docker({ socketPath: "/nowhere/docker.sock" }),
  host: "unix:///nowhere/docker.sock",
  version: "28",
  platform: "linux/amd64",
  sandbox: null,
};

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "slimproof-command-"));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

/** The arguments in one text, the container's own name made the same each time. */
function line(spec: Partial<ContainerSpec>, keep = false): string {
  return terminalCommand(connection, { ...SPEC, ...spec }, keep)
    .args.join(" ")
    .replace(/slimproof-[0-9a-f]{12}/, "NAME")
    .replace(OWNER, "OWNER");
}

test("is docker run -it with a name, labels, limits and no log", () => {
  expect(line({})).toBe(
    "run -it --name NAME --label org.slimproof.owner=OWNER --memory=512000000 --memory-swap=512000000 " +
      "--pids-limit=256 --log-driver=none --pull=never --detach-keys=ctrl-_,ctrl-^,ctrl-_,ctrl-^,ctrl-_ sha256:1234",
  );
});

test("passes on all that a container is made from, and the program's arguments last", () => {
  expect(
    line({
      args: ["--once", "-it", "a b"],
      env: { TZ: "Europe/Berlin", EMPTY: "", LINES: "a\nb=c" },
      user: "1000:1000",
      readOnly: true,
      tmpfs: ["/tmp", "/run:size=1m"],
      network: "none",
      mounts: [{ from: "/host/data", to: "/data" }],
    }),
  ).toBe(
    "run -it --name NAME --label org.slimproof.owner=OWNER --env TZ=Europe/Berlin --env EMPTY= --env LINES=a\nb=c " +
      "--user 1000:1000 --read-only --tmpfs /tmp --tmpfs /run:size=1m --volume /host/data:/data:ro --network none " +
      "--memory=512000000 --memory-swap=512000000 --pids-limit=256 --log-driver=none --pull=never " +
      "--detach-keys=ctrl-_,ctrl-^,ctrl-_,ctrl-^,ctrl-_ sha256:1234 --once -it a b",
  );
});

test("each value stays one argument", () => {
  const { args } = terminalCommand(
    connection,
    { ...SPEC, args: ["a b", "", "$HOME; `x`"], env: { A: "b c" } },
    false,
  );
  expect(args).toContain("A=b c");
  expect(args.slice(-3)).toEqual(["a b", "", "$HOME; `x`"]);
});

test("no arguments at all are not the same as leaving the image's alone, and neither is a word", () => {
  expect(line({ args: [] })).toMatch(/ sha256:1234$/);
  expect(line({ args: null })).toMatch(/ sha256:1234$/);
});

test("what is to be kept carries a label that says so", () => {
  expect(line({}, true)).toContain("--label org.slimproof.keep=true ");
});

test("each has a name of its own", () => {
  const names = [1, 2].map(() => terminalCommand(connection, SPEC, false).args[3]);
  expect(new Set(names).size).toBe(2);
});

test("talks to the engine that was chosen", () => {
  expect(terminalCommand(connection, SPEC, false).env).toMatchObject({
    DOCKER_HOST: "unix:///nowhere/docker.sock",
  });
});

test("takes the machine's docker command, else the private engine's", () => {
  const path = join(folder, "path");
  const cache = join(folder, "cache");
  mkdirSync(path);
  mkdirSync(join(cache, "bin"), { recursive: true });
  vi.stubEnv("PATH", path);
  vi.stubEnv("SLIMPROOF_CACHE", cache);
  const file = (): string => terminalCommand(connection, SPEC, false).file;
  expect(file()).toBe("docker");
  writeFileSync(join(cache, "bin", "docker"), "");
  chmodSync(join(cache, "bin", "docker"), 0o755);
  expect(file()).toBe(join(cache, "bin", "docker"));
  writeFileSync(join(path, "docker"), "");
  expect(file()).toBe("docker");
});
