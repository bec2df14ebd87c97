import { expect, test } from "vitest";
import { openScreen } from "../../src/drive/screen.ts";

async function drawn(...writes: (string | [columns: number, rows: number])[]): Promise<string> {
  const screen = openScreen({ columns: 20, rows: 4 }, () => {});
  for (const write of writes)
    if (typeof write === "string") screen.write(Buffer.from(write));
    else screen.resize(...write);
  const text = await screen.text();
  screen.dispose();
  return text;
}

test("it shows what a person would see", async () => {
  expect(await drawn("10%\r20%\r\nab\bc  \r\n\r\n")).toBe("20%\nac");
  expect(await drawn("\x1b[31mred\x1b[0m \x1b]0;title\x07plain")).toBe("red plain");
  expect(await drawn("old\r\nold\x1b[2J\x1b[Hnew")).toBe("new");
  expect(await drawn("main\x1b[?1049h\x1b[Hpager\x1b[?1049l")).toBe("main");
  expect(await drawn("漢字 ü\u{1f642}|")).toBe("漢字 ü\u{1f642}|");
});

test("lines that scrolled away are gone", async () => {
  expect(await drawn("1\r\n2\r\n3\r\n4\r\n5")).toBe("2\n3\n4\n5");
});

test("a character may come in two pieces", async () => {
  const screen = openScreen({ columns: 20, rows: 4 }, () => {});
  screen.write(Buffer.from([0xc3]));
  screen.write(Buffer.from([0xbc]));
  expect(await screen.text()).toBe("ü");
});

test("a resize takes effect between what was written before and after it", async () => {
  expect(await drawn("xxxxxxxxxx\r\n", [5, 4], "1234567")).toBe("xxxxx\nxxxxx\n12345\n67");
});

test("a program's question is answered", async () => {
  const answers: string[] = [];
  const screen = openScreen({ columns: 20, rows: 4 }, (text) => answers.push(text));
  screen.write(Buffer.from("ab\x1b[6n"));
  await screen.text();
  expect(answers).toEqual(["\x1b[1;3R"]);
});

test.for(["L", "M", "S", "T", "I", "Z", "b"])(
  "a move asked for two thousand million times (%s) is not made",
  async (final) => {
    const began = performance.now();
    const text = await drawn(
      ...Array.from({ length: 300 }, () => `a\x1b[2147483647${final}`),
      "\rend",
    );
    expect(text).toContain("end");
    expect(performance.now() - began).toBeLessThan(1_000);
    const thrice = final === "b" ? "aaaa" : await drawn(`a${`\x1b[${final}`.repeat(3)}`);
    expect(await drawn(`a\x1b[3${final}`)).toBe(thrice);
  },
);
