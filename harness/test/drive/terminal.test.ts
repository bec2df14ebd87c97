import { expect, test } from "vitest";
import { terminal } from "../../src/drive/terminal.ts";
import { OUTPUT_LIMIT } from "../../src/model/container.ts";
import type { TerminalProbe, TerminalStep } from "../../src/model/contract.ts";
import { InputError } from "../../src/model/error.ts";
import type { Observation } from "../../src/model/fact.ts";
import { probeOf, terminalOf, valuesOf } from "./local.ts";

async function play(
  script: string,
  steps: readonly TerminalStep[],
  own: Partial<TerminalProbe> = {},
): Promise<Observation & { values: Record<string, string> }> {
  const probe = probeOf("terminal", { ...own, steps });
  const observed = await terminal(probe, terminalOf(script), new AbortController().signal);
  return { ...observed, values: valuesOf(observed.facts) };
}

const say = (text: string): TerminalStep => ({ kind: "expect", text });
const type = (text: string): TerminalStep => ({ kind: "type", text });
const press = (key: string): TerminalStep => ({ kind: "press", key });
const exit = (code: number | null): TerminalStep => ({ kind: "exit", code });

const adder = `printf 'sum: '; while read a b; do echo "Result: $((a + b))"; printf 'sum: '; done; echo bye; exit 3`;

test.concurrent("a session becomes a transcript, a screen and an exit code", async () => {
  const { values, unmet, notes } = await play(adder, [
    say("sum: "),
    type("1 2"),
    say("Result: 3"),
    say("sum: "),
    press("ctrl-d"),
    say("bye"),
    exit(3),
  ]);
  expect(unmet).toEqual([]);
  expect(notes).toEqual([]);
  expect(values).toEqual({
    start: "true",
    oom: "false",
    "exit.code": "3",
    "terminal.transcript": "sum: 1 2\r\nResult: 3\r\nsum: bye\r\n",
    "terminal.screen": "sum: 1 2\nResult: 3\nsum: bye",
  });
});

test.concurrent("echo and answer come in the same order each time", async () => {
  const steps = [say("sum: "), type("1 2"), type("3 4"), type("5 6"), press("ctrl-d"), exit(null)];
  const runs = await Promise.all([1, 2, 3, 4].map(() => play(adder, steps)));
  expect(new Set(runs.map((it) => it.values["terminal.transcript"]))).toEqual(
    new Set([
      "sum: 1 2\r\nResult: 3\r\nsum: 3 4\r\nResult: 7\r\nsum: 5 6\r\nResult: 11\r\nsum: bye\r\n",
    ]),
  );
});

test.concurrent("a program that says nothing gets its input all the same", async () => {
  const { values } = await play("cat", [type("hello"), press("ctrl-d"), exit(0)]);
  expect(values["terminal.transcript"]).toBe("hello\r\nhello\r\n");
});

test.concurrent("a program that still runs after the last step is ended, and what it wrote until then is kept", async () => {
  const { values, unmet } = await play(adder, [say("sum: "), type("1 2"), say("Result: 3")]);
  expect(unmet).toEqual([]);
  expect(values).toMatchObject({
    "exit.code": "none (still running)",
    "terminal.transcript": "sum: 1 2\r\nResult: 3\r\nsum: ",
  });
});

test.concurrent("a program that ends by itself after the last step has an exit code", async () => {
  const { values } = await play("echo hi; sleep 0.3; echo ho; exit 4", [say("hi")]);
  expect(values).toMatchObject({ "exit.code": "4", "terminal.transcript": "hi\r\nho\r\n" });
});

test.concurrent("a step that does not come is unmet, and ends the session", async () => {
  const { values, unmet } = await play(
    adder,
    [say("sum: "), type("1 2"), say("Result: 4"), type("no")],
    {
      name: "adds",
      within: 200,
    },
  );
  expect(unmet).toEqual([
    {
      probe: "adds",
      expectation: "step 3",
      message: '"Result: 4" did not appear within 200 ms; the last output was "sum:"',
    },
  ]);
  expect(values["terminal.transcript"]).toBe("sum: 1 2\r\nResult: 3\r\nsum: ");
});

test.concurrent("the end of the program ends the waiting at once", async () => {
  const { unmet } = await play("exit 1", [say("hello"), type("x")], { within: 60_000 });
  expect(unmet[0]?.message).toBe(
    '"hello" did not appear before the program ended; there was no output',
  );
  const typing = await play("sleep 0.1; exit 1", [type("x")]);
  expect(typing.unmet[0]?.message).toBe('"x" could not be typed: the program had ended');
});

test.concurrent("an exit code that was not expected, and a program that does not end", async () => {
  const wrong = await play("exit 2", [exit(0)]);
  expect(wrong.unmet[0]).toMatchObject({
    message: "exit code is 2, expected 0",
    expectation: "step 1",
  });
  expect((await play("exit 2", [exit(null)])).unmet).toEqual([]);
  const stays = await play("echo busy; exec sleep 60", [exit(0)], { within: 200 });
  expect(stays.unmet[0]?.message).toBe(
    'the program did not end within 200 ms; the last output was "busy"',
  );
  expect(stays.values["exit.code"]).toBe("none (still running)");
});

test.concurrent("a program that prints for ever is cut off at the limit, and says so", async () => {
  const { values, notes, unmet } = await play("yes", [say("never")], { name: "loops" });
  const [kept, mark] = (values["terminal.transcript"] ?? "").split("\n[");
  expect(Buffer.byteLength(kept ?? "")).toBe(OUTPUT_LIMIT);
  expect(mark).toBe("cut off at 1000000 bytes]");
  expect(values["exit.code"]).toBe("none (output cut off)");
  expect(notes).toEqual(["loops: output cut off at 1 MB"]);
  expect(unmet[0]?.message).toBe(
    '"never" did not appear in the first 1 MB of output; the last output was "y"',
  );
});

test("nothing of a program's last words is lost", async () => {
  // Prints 20 kB and ends at once, while this process is kept too busy to read them in time.
  const busy = setInterval(() => {
    const until = performance.now() + 230;
    while (performance.now() < until);
  }, 20);
  const lengths = await Promise.all(
    Array.from({ length: 25 }, () => play("head -c 20000 /dev/zero | tr '\\0' x", [exit(0)])),
  ).finally(() => clearInterval(busy));
  for (let run = 0; run < 25; run += 1)
    lengths.push(await play("head -c 20000 /dev/zero | tr '\\0' x", [exit(0)]));
  expect(lengths.map((it) => it.values["terminal.transcript"]?.length)).toEqual(
    Array.from({ length: 50 }, () => 20_000),
  );
}, 60_000);

test.concurrent("bytes that are no text stay what they are", async () => {
  const { values } = await play("printf '\\377\\376'", [exit(0)]);
  expect(values["terminal.transcript"]).toBe("base64://4=");
});

test.concurrent("colours do not hide a text, and a pattern matches", async () => {
  const { unmet } = await play("printf 'Result: \\033[32m3\\033[0m\\nab12'; sleep 60", [
    say("Result: 3\nab"),
    { kind: "matches", pattern: "^\\d+$" },
  ]);
  expect(unmet).toEqual([]);
});

test.concurrent("the terminal is 120 by 30, is an xterm, and can be resized", async () => {
  const { values } = await play("echo $TERM; stty size; read x; stty size", [
    say("30 120"),
    { kind: "resize", columns: 80, rows: 24 },
    press("enter"),
    exit(0),
  ]);
  expect(values["terminal.transcript"]).toBe("xterm-256color\r\n30 120\r\n\r\n24 80\r\n");
});

test.concurrent("ctrl-c interrupts", async () => {
  const { values } = await play(
    "trap 'echo caught; exit 9' INT; echo up; while :; do sleep 0.05; done",
    [say("up"), press("ctrl-c"), exit(9)],
  );
  expect(values["exit.code"]).toBe("9");
});

test.concurrent("a program that asks the terminal is answered", async () => {
  const script = `stty raw -echo; printf 'ab\\033[6n'; head -c 6 | od -An -c`;
  const { values } = await play(script, [exit(0)]);
  expect(values["terminal.transcript"]).toContain("033   [   1   ;   3   R");
});

test.concurrent("a program that could not be started gives the engine's words in a note, not as its output", async () => {
  const command = {
    ...terminalOf("echo docker: something about abcdef0123456789; exit 127"),
    end: async () => ({
      code: 127,
      oom: false,
      error: "exec failed in abcdef0123456789: no such file",
    }),
  };
  const { facts, notes } = await terminal(
    probeOf("terminal", { name: "adds" }),
    command,
    new AbortController().signal,
  );
  expect(valuesOf(facts)).toEqual({ start: "false", oom: "false", "exit.code": "127" });
  expect(notes).toEqual(["adds: could not be started: exec failed in …: no such file"]);
});

test.concurrent("an unknown key is the contract's error; an abort ends a session at once", async () => {
  await expect(play("cat", [press("ctlr-c")])).rejects.toThrow(InputError);
  const abort = new AbortController();
  const playing = terminal(
    probeOf("terminal", { steps: [say("never")] }),
    terminalOf("cat"),
    abort.signal,
  );
  setTimeout(() => abort.abort(new Error("enough")), 100);
  await expect(playing).rejects.toThrow("enough");
});
