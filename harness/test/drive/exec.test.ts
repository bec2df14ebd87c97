import { expect, test } from "vitest";
import { exec } from "../../src/drive/exec.ts";
import { containerSpec, withContainer } from "../../src/drive/launch.ts";
import type { Container } from "../../src/model/container.ts";
import type { ExecProbe } from "../../src/model/contract.ts";
import type { Observation } from "../../src/model/fact.ts";
import { contractOf, imageOf, localContainers, probeOf, servedBy, valuesOf } from "./local.ts";

const { signal } = new AbortController();

function run(own: Partial<ExecProbe>): Promise<Observation> {
  const spec = containerSpec(imageOf("exec sleep 60"), contractOf([]).run, {});
  return withContainer(localContainers(), spec, signal, (container) =>
    exec(probeOf("exec", own), container, signal),
  );
}

test("a command that is too slow, and one that prints for ever", async () => {
  const slow = await run({ argv: ["sleep", "60"], within: 200, name: "waits" });
  expect(valuesOf(slow.facts)).toEqual({
    "exit.code": "none (still running)",
    stdout: "",
    stderr: "",
  });
  expect(slow.notes).toEqual(["waits: it had not ended within 200 ms"]);
  const endless = await run({ argv: ["yes"], within: 500, name: "loops" });
  expect(valuesOf(endless.facts)["stdout"]).toMatch(/y\n\n\[cut off at 1000000 bytes\]$/);
  expect(endless.notes[0]).toBe("loops: stdout cut off at 1 MB");
});

test("an engine that refuses because the container has just ended is no failure of the engine", async () => {
  const refuses = (container: Container): Container => ({
    ...container,
    exec: () => Promise.reject(new Error("409: container is not running")),
  });
  const ending = new Promise<{ code: number; oom: boolean; error: string }>((resolve) => {
    setTimeout(resolve, 100, { code: 1, oom: false, error: "" });
  });
  const ended = await exec(probeOf("exec", {}), refuses(servedBy(0, ending)), signal);
  expect(valuesOf(ended.facts)).toEqual({ "exit.code": "none (container ended)" });
  await expect(exec(probeOf("exec", {}), refuses(servedBy(0)), signal)).rejects.toThrow("409");
});
