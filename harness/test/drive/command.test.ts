import { expect, test } from "vitest";
import { command } from "../../src/drive/command.ts";
import { containerSpec, withContainer } from "../../src/drive/launch.ts";
import { OUTPUT_LIMIT } from "../../src/model/container.ts";
import type { CommandProbe } from "../../src/model/contract.ts";
import type { Observation } from "../../src/model/fact.ts";
import { contractOf, imageOf, localContainers, probeOf, servedBy, valuesOf } from "./local.ts";

async function run(script: string, own: Partial<CommandProbe> = {}): Promise<Observation> {
  const { signal } = new AbortController();
  const spec = containerSpec(imageOf(script), contractOf([]).run, {
    stdin: own.stdin !== undefined,
  });
  const containers = localContainers();
  const observed = await withContainer(containers, spec, signal, (container) =>
    command(probeOf("command", own), container, signal),
  );
  expect(containers.alive()).toBe(0);
  return observed;
}

test("the input goes in, and outputs and exit code come out", async () => {
  const { facts, notes } = await run("cat; echo oops >&2; exit 3", { stdin: "1 + 2\nexit\n" });
  expect(valuesOf(facts)).toEqual({
    start: "true",
    oom: "false",
    "exit.code": "3",
    stdout: "1 + 2\nexit\n",
    stderr: "oops\n",
  });
  expect(notes).toEqual([]);
});

test("a program that leaves its input unread is none the worse", async () => {
  const { facts } = await run("exit 0", { stdin: "x".repeat(5_000_000) });
  expect(valuesOf(facts)).toMatchObject({ "exit.code": "0" });
});

test("all of a large output is there, when it is within the limit", async () => {
  const { facts } = await run("head -c 900000 /dev/zero | tr '\\0' x");
  expect(valuesOf(facts)["stdout"]).toHaveLength(900_000);
});

test("a program that prints for ever is cut off on either output", async () => {
  const endless = await run("yes >&2", { name: "loops" });
  expect(valuesOf(endless.facts)).toMatchObject({
    "exit.code": "none (output cut off)",
    stdout: "",
  });
  expect(valuesOf(endless.facts)["stderr"]).toMatch(/y\n\n\[cut off at 1000000 bytes\]$/);
  expect(endless.notes).toEqual(["loops: stderr cut off at 1 MB"]);
  // However far such a program had come: ended or killed, the facts are the same.
  const large = await run(`head -c ${OUTPUT_LIMIT + 1} /dev/zero`);
  expect(valuesOf(large.facts)).toMatchObject({ "exit.code": "none (output cut off)" });
});

test("a program that does not end in time is killed, and what it wrote is kept", async () => {
  const { facts, notes } = await run("echo busy; exec sleep 60", { within: 300, name: "waits" });
  expect(valuesOf(facts)).toMatchObject({ "exit.code": "none (still running)", stdout: "busy\n" });
  expect(notes).toEqual(["waits: killed, it had not ended within 300 ms"]);
});

test("a program that could not be started has no output", async () => {
  const error = "exec: no such file";
  const refused = servedBy(0, Promise.resolve({ code: 127, oom: false, error }));
  const { facts, notes } = await command(
    probeOf("command", {}),
    refused,
    new AbortController().signal,
  );
  expect(valuesOf(facts)).toEqual({ start: "false", oom: "false", "exit.code": "127" });
  expect(notes).toEqual(["probe: could not be started: exec: no such file"]);
});

test("running out of memory is a fact", async () => {
  const killed = servedBy(0, Promise.resolve({ code: 137, oom: true, error: "" }));
  const { facts } = await command(
    probeOf("command", { within: 100 }),
    { ...killed, stdout: killed.stdout },
    new AbortController().signal,
  );
  expect(valuesOf(facts)).toMatchObject({ oom: "true", "exit.code": "137" });
});
