/** The README is held against what it speaks of. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const ROOT = join(import.meta.dirname, "..", "..");
const readme = readFileSync(join(ROOT, "README.md"), "utf8");
const makefile = readFileSync(join(ROOT, "Makefile"), "utf8");

test("the tree that it prints is the tree that is there", () => {
  const printed = [...readme.matchAll(/^([a-z]+)\/ {2,}\S/gm)].map(([, name]) => name);
  const there = readdirSync(ROOT, { withFileTypes: true })
    .filter((it) => it.isDirectory() && /^[a-z]/.test(it.name) && it.name !== "node_modules")
    .map((it) => it.name);
  expect(printed.toSorted()).toEqual(there.toSorted());
});

test("every make target that it names exists", () => {
  const named = new Set([...readme.matchAll(/\bmake ([a-z-]+)/g)].map(([, name]) => name));
  const targets = new Set([...makefile.matchAll(/^([a-z-]+):/gm)].map(([, name]) => name));
  expect(named.size).toBeGreaterThan(2);
  expect([...named].filter((name) => !targets.has(name ?? ""))).toEqual([]);
});

test("every file that it links to exists", () => {
  const links = [...readme.matchAll(/\]\(([^)#:]+)\)/g)].map(([, path]) => path ?? "");
  expect(links.length).toBeGreaterThan(2);
  expect(links.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
});
