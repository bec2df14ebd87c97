import { expect, test } from "vitest";
import { key } from "../../src/contract/text.ts";
import { keyCharacters } from "../../src/drive/keys.ts";

const letters = "abcdefghijklmnopqrstuvwxyz";
const KEYS = [
  ..."enter tab escape space backspace delete up down left right home end".split(" "),
  ..."page-up page-down shift-tab insert ctrl-space q é 😀 alt-x alt-enter alt-ctrl-a".split(" "),
  ...Array.from({ length: 12 }, (_, index) => `f${index + 1}`),
  ...Array.from(`${letters}[\\]^_`, (letter) => `ctrl-${letter}`),
];

test.each(KEYS)("%s may be pressed, and the terminal has characters for it", (name) => {
  expect(key.safeParse(name).success).toBe(true);
  expect(keyCharacters(name)).not.toBe("");
});

test.each(["", "f13", "ctrl-1", "ctrl-", "alt-", "alt-f13", "qq", "page_up"])(
  "%j may not",
  (name) => {
    expect(key.safeParse(name).success).toBe(false);
  },
);
