import { spawn } from "node:child_process";
import { once } from "node:events";
import { hostname } from "node:os";
import { expect, test } from "vitest";
import { freshName, isOrphan, OWNER, ourLabels, ownerOf } from "../../src/engine/owner.ts";

/** This process's label with some of its parts changed. */
function changed(parts: {
  readonly host?: string;
  readonly boot?: string;
  readonly pid?: string;
  readonly start?: string;
}): string {
  const [host = "", boot = "", pid = "", start = ""] = OWNER.split("/");
  return [parts.host ?? host, parts.boot ?? boot, parts.pid ?? pid, parts.start ?? start].join("/");
}

/** A child process that lives until it is killed. */
async function child(): Promise<{ readonly pid: number; end(): Promise<void> }> {
  const started = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], {
    stdio: "ignore",
  });
  await once(started, "spawn");
  return {
    pid: started.pid ?? 0,
    async end() {
      started.kill("SIGKILL");
      await once(started, "exit");
    },
  };
}

test("an owner is told by host, boot, process and when that began", () => {
  expect(ownerOf(process.pid)).toBe(OWNER);
  expect(OWNER.split("/")).toHaveLength(4);
  expect(OWNER.startsWith(hostname())).toBe(true);
  expect(OWNER.split("/")[2]).toBe(String(process.pid));
});

test("what this process owns is no orphan", () => {
  expect(isOrphan(OWNER)).toBe(false);
});

test("what another process owns is one as soon as that has ended", async () => {
  const other = await child();
  const owner = ownerOf(other.pid);
  expect(isOrphan(owner)).toBe(false);
  await other.end();
  expect(isOrphan(owner)).toBe(true);
});

test("a process that was given the pid of one that ended owns nothing of it", () => {
  expect(isOrphan(changed({ start: "1" }))).toBe(true);
});

test("what was left before the machine was started anew is an orphan, whatever runs now", () => {
  expect(isOrphan(changed({ boot: "00000000" }))).toBe(true);
});

test("of another machine nothing is known, so nothing of it is an orphan", () => {
  expect(isOrphan(changed({ host: "elsewhere" }))).toBe(false);
  expect(isOrphan(changed({ host: "elsewhere", boot: "00000000", pid: "1", start: "1" }))).toBe(
    false,
  );
});

test.each(["", "x", "x/y", "true"])("a label that says %j is left alone", (owner) => {
  expect(isOrphan(owner)).toBe(false);
});

test("fresh names are never twice the same, and fit an image's name", () => {
  const names = new Set(Array.from({ length: 1000 }, freshName));
  expect(names.size).toBe(1000);
  for (const name of names) expect(name).toMatch(/^slimproof-[0-9a-f]{12}$/);
});

test("labels tell the owner, and what is to be kept", () => {
  expect(ourLabels(false)).toEqual({ "org.slimproof.owner": OWNER });
  expect(ourLabels(true)).toEqual({ "org.slimproof.owner": OWNER, "org.slimproof.keep": "true" });
});

test("of another pid namespace under the same host name nothing is known either", () => {
  const [host = ""] = OWNER.split("/");
  expect(isOrphan(changed({ host: `${host}9`, pid: "999999999" }))).toBe(false);
});
