import { expect, test } from "vitest";
import { parseDeb822, parseOneLine } from "../../src/engine/apt.ts";
import { deb822 } from "../../src/bases/recipes/debian.ts";

test("mirrors are written in the form of the official image, one stanza a mirror", () => {
  const lines = parseOneLine(
    [
      "deb [signed-by=/k.gpg] http://a.example/debian trixie main",
      "deb [signed-by=/k.gpg] http://a.example/debian trixie-updates main",
      "deb [signed-by=/k.gpg] http://b.example/debian-security trixie-security main",
    ].join("\n"),
  );
  const text = deb822(lines);
  expect(parseDeb822(text)).toEqual([
    {
      uris: ["http://a.example/debian"],
      suites: ["trixie", "trixie-updates"],
      components: ["main"],
    },
    {
      uris: ["http://b.example/debian-security"],
      suites: ["trixie-security"],
      components: ["main"],
    },
  ]);
  expect(text.match(/^Signed-By: .*debian-archive-keyring\.gpg$/gm)).toHaveLength(2);
});
