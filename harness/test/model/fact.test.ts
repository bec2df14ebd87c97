import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { factPath, textOf } from "../../src/model/fact.ts";

const bytes = (text: string): Buffer => Buffer.from(text, "utf8");

describe("textOf", () => {
  test.each([
    ["plain text", bytes("Hello, Docker!\n"), "Hello, Docker!\n"],
    ["nothing", bytes(""), ""],
    ["characters beyond ASCII", bytes("größer 漢字 🚀"), "größer 漢字 🚀"],
    ["a byte order mark, which is kept", Buffer.from([0xef, 0xbb, 0xbf, 0x61]), "\ufeffa"],
    ["bytes that are no UTF-8", Buffer.from([0xff, 0xfe]), "base64://4="],
    ["a character that was cut in two", Buffer.from([0x61, 0xc3]), "base64:YcM="],
    ["an encoded surrogate, which is no UTF-8", Buffer.from([0xed, 0xa0, 0x80]), "base64:7aCA"],
  ])("%s", (_, given, text) => {
    expect(textOf(given)).toBe(text);
  });

  test("a program that prints what binary output is written as is not taken for that output", () => {
    expect(textOf(bytes("base64://4="))).not.toBe(textOf(Buffer.from([0xff, 0xfe])));
  });

  test("different bytes never give the same text", () => {
    const printedBase64 = fc
      .uint8Array({ maxLength: 6 })
      .map((it) => new Uint8Array(bytes(`base64:${Buffer.from(it).toString("base64")}`)));
    const output = fc.oneof(fc.uint8Array({ maxLength: 6 }), printedBase64);
    const pair = fc.oneof(
      fc.tuple(output, output),
      // What is most likely to be confused: some bytes, and the text that they are written as.
      output.map((it): [Uint8Array, Uint8Array] => [it, new Uint8Array(bytes(textOf(it)))]),
    );
    fc.assert(
      fc.property(pair, ([a, b]) => {
        expect(textOf(a) === textOf(b)).toBe(Buffer.from(a).equals(b));
      }),
    );
  });
});

test("factPath is PROBE/FACT", () => {
  expect(factPath({ probe: "adds and leaves", fact: "exit.code" })).toBe(
    "adds and leaves/exit.code",
  );
});
