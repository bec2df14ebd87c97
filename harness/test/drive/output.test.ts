import { expect, test } from "vitest";
import { lastLines, outputText, quiet, quoted, withoutIds } from "../../src/drive/output.ts";
import { openTranscript } from "../../src/drive/transcript.ts";

test("a cut inside a character does not turn a text into base64", () => {
  const bytes = Buffer.from("aü€\u{1f642}");
  expect(outputText(bytes, false)).toBe("aü€\u{1f642}");
  const whole = ["a", "a", "aü", "aü", "aü", "aü€", "aü€", "aü€", "aü€", "aü€\u{1f642}"];
  for (const [index, text] of whole.entries())
    expect(outputText(bytes.subarray(0, index + 1), true)).toBe(
      `${text}\n[cut off at ${index + 1} bytes]`,
    );
  expect(outputText(Buffer.from([0xff, 0x80, 0x80, 0x80, 0x80]), true)).toMatch(/^base64:/);
});

test("what goes into a message is bounded and on one line", () => {
  expect(quoted('a\n"b"')).toBe('"a\\n\\"b\\""');
  expect(quoted("x".repeat(500))).toBe(`"${"x".repeat(80)}…"`);
  expect(lastLines("1\r\n2\n\n  \n3  \n", 2)).toEqual(["2", "3"]);
  expect(lastLines(`${"y".repeat(1_000_000)}`, 10)).toEqual(["y".repeat(300)]);
});

test("ids of containers are left out of the engine's words", () => {
  expect(withoutIds(`failed in ${"ab12".repeat(16)}: no such file\n`)).toBe(
    "failed in …: no such file",
  );
});

test("quiet waits for outputs that grow, but not for ever", async () => {
  const output = openTranscript();
  const { signal } = new AbortController();
  const growing = setInterval(() => output.push(Buffer.from("x")), 10);
  setTimeout(() => clearInterval(growing), 150);
  const began = performance.now();
  await quiet([output], 50, 5_000, signal);
  expect(performance.now() - began).toBeGreaterThan(150);

  const endless = setInterval(() => output.push(Buffer.from("x")), 5);
  const again = performance.now();
  await quiet([output], 50, 200, signal);
  clearInterval(endless);
  expect(performance.now() - again).toBeGreaterThan(190);
  output.finish();
  await quiet([output], 60_000, 60_000, signal);
});
