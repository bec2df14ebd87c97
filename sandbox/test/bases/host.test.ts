import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import {
  certificates,
  goSettings,
  npmSettings,
  parsePipFile,
  pipSettings,
} from "../../src/bases/host.ts";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "slimproof-host-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function file(name: string, text: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
}

/** A folder for PATH with a program of that name and a shell's tools, and nothing else of the machine. */
async function program(name: string, script: string): Promise<NodeJS.ProcessEnv> {
  await chmod(await file(name, `#!/bin/sh\n${script}\n`), 0o755);
  return { PATH: folder };
}

test("pip: the user's file beats the machine's, the environment beats both, other settings stay out", async () => {
  const machine = await file(
    "etc.conf",
    "[global]\nindex-url = https://a.example/simple\ntimeout = 5\n",
  );
  const user = await file(
    "user.conf",
    "[global]\nindex_url: https://b.example/simple\ncert = /x.pem\n[install]\ntrusted-host =\n    b.example\n    c.example\n[list]\nindex-url = https://no.example\n",
  );
  expect(await pipSettings({}, [machine, user, join(folder, "missing")])).toEqual({
    "index-url": "https://b.example/simple",
    "trusted-host": "b.example c.example",
  });
  const env = { PIP_INDEX_URL: "https://d.example/simple", PIP_FIND_LINKS: "/wheels" };
  expect(await pipSettings(env, [machine])).toEqual({ "index-url": "https://d.example/simple" });
  expect(await pipSettings({}, [])).toEqual({});
});

test("pip: an index with a password in it is left out", async () => {
  const conf = await file("pip.conf", "[global]\nindex-url = https://me:secret@a.example/simple\n");
  expect(await pipSettings({}, [conf])).toEqual({});
});

test("a pip.conf with comments and foreign sections", () => {
  expect(parsePipFile("# [global]\n[freeze]\na = 1\n[global]\n; b = 2\nc = 3 = 4\n")).toEqual({
    c: "3 = 4",
  });
});

test("go: only what differs from go's own defaults", async () => {
  const env = await program(
    "go",
    // What `go env` does: the file that GOENV names, unless it is off, and the environment above it.
    `proxy=default; [ "$GOENV" = off ] || proxy=from-file
     echo "{\\"GOPROXY\\":\\"\${GOPROXY-$proxy}\\",\\"GOSUMDB\\":\\"\${GOSUMDB-sums}\\",\\"GOPRIVATE\\":\\"\\"}"`,
  );
  expect(await goSettings(env)).toEqual({ GOPROXY: "from-file" });
  expect(await goSettings({ ...env, GOPROXY: "https://a.example", GOSUMDB: "off" })).toEqual({
    GOPROXY: "https://a.example",
    GOSUMDB: "off",
  });
  expect(await goSettings({ ...env, GOPROXY: "https://me:x@a.example,direct" })).toEqual({});
});

test("go: the environment alone where go is not installed", async () => {
  const env = { PATH: folder, GOPROXY: "https://a.example", GOFLAGS: "-mod=mod", HOME: "/root" };
  expect(await goSettings(env)).toEqual({ GOPROXY: "https://a.example" });
  expect(await goSettings({ PATH: folder })).toEqual({});
});

test("npm: a registry that is not npm's own default", async () => {
  const env = await program(
    "npm",
    // What npm does: a file of the user's, unless told another, the environment above it, and no file twice.
    `case "$*" in *userconfig=*) file=default ;; *) file=\${FAKE_FILE-default} ;; esac
     [ "$4" ] && [ "\${4#*=}" = "\${5#*=}" ] && exit 1
     echo "\${npm_config_registry-$file}"`,
  );
  expect(await npmSettings(env)).toEqual({});
  expect(await npmSettings({ ...env, npm_config_registry: "https://a.example/" })).toEqual({
    registry: "https://a.example/",
  });
  expect(await npmSettings({ ...env, FAKE_FILE: "https://b.example/" })).toEqual({
    registry: "https://b.example/",
  });
  expect(await npmSettings({ PATH: "/nowhere" })).toEqual({});
});

test("certificates: every .crt at any depth, in a fixed order", async () => {
  await mkdir(join(folder, "b"));
  await file("b/own.crt", "two");
  await file("a.crt", "one");
  await file("notes.txt", "no");
  expect(await certificates(folder)).toEqual([
    { name: "a.crt", text: "one" },
    { name: "own.crt", text: "two" },
  ]);
  expect(await certificates(join(folder, "missing"))).toEqual([]);
});
