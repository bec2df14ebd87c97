import { expect, test } from "vitest";
import { keyCharacters } from "../../src/drive/keys.ts";

test.for([
  ["ctrl-c", "\x03"],
  ["ctrl-d", "\x04"],
  ["Ctrl-D", "\x04"],
  ["ctrl-[", "\x1b"],
  ["ctrl-\\", "\x1c"],
  ["ctrl-space", "\0"],
  ["enter", "\r"],
  ["up", "\x1b[A"],
  ["f5", "\x1b[15~"],
  ["alt-x", "\x1bx"],
  ["alt-up", "\x1b\x1b[A"],
  ["q", "q"],
  ["ü", "ü"],
] as const)("%s", ([key, characters]) => {
  expect(keyCharacters(key)).toBe(characters);
});

test("a key that does not exist is an error that lists those that do", () => {
  expect(() => keyCharacters("ctlr-c")).toThrow(/there is no key "ctlr-c".*ctrl-a.*page-up/);
  expect(() => keyCharacters("")).toThrow(/no key ""/);
  expect(() => keyCharacters("alt-")).toThrow(/no key/);
});
