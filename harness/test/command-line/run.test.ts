import { spawn, type ChildProcess } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";

const FOLDER = join(import.meta.dirname, "../../src/command-line");
const TIMEOUT = 60_000;

interface Ended {
  readonly code: number | null;
  readonly stderr: string;
}

/** Runs a program with one command, which does `body`; `heard` is told all that it has said on standard error so far. */
async function run(
  body: string,
  heard?: (said: string, child: ChildProcess) => void,
): Promise<Ended> {
  const code = `
    import { Command } from "commander";
    import { interruptible } from "${FOLDER}/interrupt.ts";
    import { runCommands } from "${FOLDER}/run.ts";
    const add = (program) => program.command("go").action(async () => { ${body} });
    await runCommands(new Command("toy"), [add]);`;
  const args = ["--input-type=module-typescript", "--eval", code, "--", "go"];
  const child = spawn(process.execPath, args, { cwd: FOLDER, stdio: ["ignore", "ignore", "pipe"] });
  let stderr = "";
  child.stderr.on("data", (bytes: Buffer) => {
    stderr += bytes.toString();
    heard?.(stderr, child);
  });
  return await new Promise((resolve) => child.on("close", (it) => resolve({ code: it, stderr })));
}

const SAID = "\ninterrupted: putting things away (again to leave at once)\n";
/** Begins, and is told to end; what it then does comes after. */
const BEGIN = `setInterval(() => {}, 1e6); const signal = interruptible("putting things away"); process.kill(process.pid, "SIGINT");
  await new Promise((resolve) => signal.addEventListener("abort", resolve));`;

test.concurrent("asked to end, a command puts away first", { timeout: TIMEOUT }, async () => {
  const ended = await run(`${BEGIN} process.stderr.write("done\\n"); signal.throwIfAborted();`);
  expect(ended).toEqual({ code: 130, stderr: `${SAID}done\n` });
});

test.concurrent("asked twice, it leaves at once", { timeout: TIMEOUT }, async () => {
  const ended = await run(
    `${BEGIN} await new Promise(() => {});`,
    (said, child) => said === SAID && child.kill("SIGTERM"),
  );
  expect(ended).toEqual({ code: 143, stderr: SAID });
});

test.concurrent(
  "what the file system refuses is told in a line",
  { timeout: TIMEOUT },
  async () => {
    const ended = await run(`process.getBuiltinModule("fs").readFileSync("/nowhere/at-all");`);
    expect(ended.code).toBe(2);
    expect(ended.stderr).toMatch(
      /^toy: ENOENT: no such file or directory, open '\/nowhere\/at-all'\n$/,
    );
  },
);

test.concurrent("of two failures the first is told", { timeout: TIMEOUT }, async () => {
  const ended = await run(
    `throw new SuppressedError(new Error("the second"), new Error("the first"));`,
  );
  expect(ended.code).toBe(2);
  expect(ended.stderr).toMatch(/^toy: unexpected: Error: the first\n/);
});

test.concurrent("wrong words are not told twice", { timeout: TIMEOUT }, async () => {
  const ended = await run(`program.error("no such thing");`);
  expect(ended).toEqual({ code: 2, stderr: "no such thing\n" });
});
