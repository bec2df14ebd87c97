import { beforeAll, afterAll, describe, expect, test } from "vitest";
import { openEngine, type Engine } from "../../src/engine/engine.ts";
import { KEPT_FOLDER, openTool, type Tool, type ToolRun } from "../../src/engine/tool.ts";
import { BASE, output, spec } from "./workbench.ts";

const forever = new AbortController().signal;

let engine: Engine;
let tool: Tool;

beforeAll(async () => {
  engine = await openEngine(false);
  const found = await openTool(["slimproof.invalid/no-such-image:1", BASE]);
  if (!found) throw new Error(`${BASE} is not in the engine`);
  tool = found;
});

afterAll(async () => {
  await tool[Symbol.asyncDispose]();
  await engine[Symbol.asyncDispose]();
});

/** A shell command as a tool's run. */
function run(command: string, more: Partial<ToolRun> = {}): ToolRun {
  const args = ["sh", "-c", command];
  return { args, env: {}, file: null, within: 60_000, most: 1_000_000, ...more };
}

test("the first image that the engine has is taken", () => {
  expect(tool.ref).toBe(BASE);
});

test("it reads its file and variables, and is heard on both outputs and by its exit code", async () => {
  const file = { path: "/document.json", text: "größer" };
  const end = await tool.run(
    run("cat /document.json; echo $GREETING >&2; exit 3", { file, env: { GREETING: "hello" } }),
    forever,
  );
  expect({ ...end, stdout: end.stdout.toString(), stderr: end.stderr.toString() }).toEqual({
    code: 3,
    stdout: "größer",
    stderr: "hello\n",
    cut: false,
    timedOut: false,
  });
});

test("one folder is kept from run to run", async () => {
  await tool.run(run(`echo database > ${KEPT_FOLDER}/db`), forever);
  const { stdout } = await tool.run(run(`cat ${KEPT_FOLDER}/db`), forever);
  expect(stdout.toString()).toBe("database\n");
});

describe("a run that does not end by itself", () => {
  test("is stopped when it says too much", async () => {
    const end = await tool.run(run("yes", { most: 100_000 }), forever);
    expect(end).toMatchObject({ code: 137, cut: true, timedOut: false });
    expect(end.stdout.length).toBe(100_000);
  });

  test("is stopped when it takes too long, and what it wrote last is kept", async () => {
    const chatter = "head -c 100000 /dev/zero | tr '\\0' x >&2; echo last >&2; sleep 60";
    const end = await tool.run(run(chatter, { within: 2_000 }), forever);
    expect(end).toMatchObject({ code: 137, cut: false, timedOut: true });
    expect(end.stderr.length).toBe(16_384);
    expect(end.stderr.toString()).toMatch(/xlast\n$/);
  });

  test("is stopped by an interrupt", async () => {
    const reason = new Error("interrupted");
    const interrupt = new AbortController();
    setTimeout(() => interrupt.abort(reason), 1_000);
    await expect(tool.run(run("sleep 60"), interrupt.signal)).rejects.toBe(reason);
  });
});

test("a program that is not there is the engine's word", async () => {
  await expect(tool.run({ ...run(""), args: ["/nowhere"] }, forever)).rejects.toThrow(
    new RegExp(`^${BASE} could not be run: .*/nowhere`),
  );
});

test("nothing of it is left, neither container nor volume", async () => {
  const { connect } = await import("../../src/engine/connect.ts");
  const { docker } = await connect();
  const mine = async (): Promise<number> => {
    const all = await docker.listContainers({ all: true });
    return all.filter(({ Mounts }) => Mounts.some((it) => it.Destination === KEPT_FOLDER)).length;
  };
  const before = await mine();
  const other = await openTool([BASE]);
  await other?.run(run("true"), forever);
  expect(await mine()).toBe(before + 1);
  const volumes = async (): Promise<number> => (await docker.listVolumes()).Volumes.length;
  const withVolume = await volumes();
  await other?.[Symbol.asyncDispose]();
  expect(await mine()).toBe(before);
  expect(await volumes()).toBe(withVolume - 1);
  expect(await output(engine, spec("echo still there"))).toBe("still there\n");
});
