import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { $ } from "zx";
import { hostHasDocker, writeDockerCommand } from "../src/engine/docker-command.ts";
import { engineFolder } from "../src/engine/folder.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "slimproof it's "));
});
afterAll(() => rm(folder, { recursive: true }));

test("a docker in our own folder is not the host's", async () => {
  const [ours, theirs] = [join(folder, "ours"), join(folder, "theirs")];
  await mkdir(ours);
  await mkdir(theirs);
  await writeFile(join(ours, "docker"), "");
  expect(hostHasDocker(ours, [ours, theirs].join(delimiter))).toBe(false);
  await writeFile(join(theirs, "docker"), "");
  expect(hostHasDocker(ours, [ours, theirs].join(delimiter))).toBe(true);
});

test.each([
  ["x86_64-linux-gnu", "ld-linux-x86-64.so.2"],
  ["aarch64-linux-gnu", "ld-linux-aarch64.so.1"],
])("on %s the command goes through the root's own loader", async (triplet, loader) => {
  const engine = engineFolder("trixie", join(folder, triplet));
  const library = join(engine.root, "usr/lib", triplet);
  await mkdir(library, { recursive: true });
  await mkdir(join(engine.root, "usr/bin"), { recursive: true });
  await writeFile(join(engine.root, "usr/bin/docker"), "");
  // Stands in for the loader: prints what it was asked to run.
  await writeFile(join(library, loader), "#!/bin/sh\nprintf '%s\\n' \"$@\"\n");
  await chmod(join(library, loader), 0o755);
  const bin = join(folder, triplet, "bin");
  await writeDockerCommand(engine, bin);
  const { stdout } = await $({ quiet: true })`${join(bin, "docker")} run ${"a b"}`;
  expect(stdout.trimEnd().split("\n")).toEqual([
    "--library-path",
    library,
    join(engine.root, "usr/bin/docker"),
    "run",
    "a b",
  ]);
  await expect(readFile(join(bin, "cli-plugins/docker-buildx"))).rejects.toThrow(/ENOENT/);
});

test("a root without a loader is named", async () => {
  const engine = engineFolder("trixie", join(folder, "empty"));
  await mkdir(join(engine.root, "usr/lib/x86_64-linux-gnu"), { recursive: true });
  await expect(writeDockerCommand(engine, join(folder, "bin"))).rejects.toThrow(
    /has no dynamic loader: remove .*empty\/engine\/trixie\/root/,
  );
});
