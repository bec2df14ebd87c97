/** Holds the house's floors (each folder of harness/src is one unit) against what the files really import. */
import { globSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";
import { expect, test } from "vitest";

/** From the top down; an import goes to a lower floor or stays in its own unit. */
const FLOORS = [
  ["cli", "vitest", "index"],
  ["command-line"],
  ["check", "inspect", "rebuild"],
  ["report"],
  ["explain", "fuzz"],
  ["compare", "measure", "drive", "engine", "contract", "scan"],
  ["model"],
];

/** Packages that only one place may know. */
const ONLY_IN: Readonly<Record<string, string>> = {
  "node-pty": "drive/pty.ts",
  dockerode: "engine/",
  testcontainers: "engine/",
  vitest: "vitest.ts",
};

/** What is wrong with the imports of these files, by path from harness/src; empty when nothing is. */
function violations(files: ReadonlyMap<string, string>): string[] {
  const found: string[] = [];
  const imports = new Map<string, string[]>();
  for (const [path, text] of files) {
    const inside: string[] = [];
    const code = text.replaceAll(/^\s*(?:\*|\/\*|\/\/).*$|\s\/\/ .*$/gm, ""); // comments may speak of anything
    for (const [, name = ""] of code.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*["']([^"']+)["']/g)) {
      const only = ONLY_IN[name];
      if (only !== undefined && !path.startsWith(only)) found.push(`${path} imports ${name}`);
      if (!name.startsWith(".")) continue;
      const target = posix.join(posix.dirname(path), name);
      inside.push(target);
      if (!files.has(target))
        found.push(`${path} imports ${target}, which is outside or not there`);
      else if (unit(path) !== unit(target) && floor(target) <= floor(path))
        found.push(`${path} imports ${target}, which is not below it`);
    }
    imports.set(path, inside);
    if (floor(path) < 0) found.push(`${path} is on no floor`);
  }
  return [...found, ...cycles(imports)];
}

/** `drive` of drive/pty.ts, `cli` of cli.js. */
function unit(path: string): string {
  return (path.split("/")[0] ?? "").replace(/\.[jt]s$/, "");
}

function floor(path: string): number {
  return FLOORS.findIndex((units) => units.includes(unit(path)));
}

function cycles(imports: ReadonlyMap<string, readonly string[]>): string[] {
  const found: string[] = [];
  const done = new Set<string>();
  const visit = (path: string, above: readonly string[]): void => {
    const at = above.indexOf(path);
    if (at >= 0) found.push(`a circle: ${[...above.slice(at), path].join(" -> ")}`);
    if (at >= 0 || done.has(path)) return;
    for (const target of imports.get(path) ?? []) visit(target, [...above, path]);
    done.add(path);
  };
  for (const path of imports.keys()) visit(path, []);
  return found;
}

test("imports go down the floors or stay in their folder, and never in a circle", () => {
  const root = join(import.meta.dirname, "../src");
  const files = globSync("**/*.{js,ts}", { cwd: root }).map(
    (path) => [path, readFileSync(join(root, path), "utf8")] as const,
  );
  expect(files.length).toBeGreaterThan(40);
  expect(violations(new Map(files))).toEqual([]);
});

test.each([
  [
    "an import upwards",
    { "drive/a.ts": `import { b } from "../report/b.ts";`, "report/b.ts": "" },
    "not below",
  ],
  [
    "one of a type",
    { "model/a.ts": `import type { B } from "../check.ts";`, "check.ts": "" },
    "not below",
  ],
  [
    "one of a sibling",
    { "drive/a.ts": `export * from "../engine/b.ts";`, "engine/b.ts": "" },
    "not below",
  ],
  [
    "one at run time",
    { "drive/a.ts": `await import("../engine/b.ts")`, "engine/b.ts": "" },
    "not below",
  ],
  ["one from door to door", { "cli.ts": `import "./vitest.ts";`, "vitest.ts": "" }, "not below"],
  [
    "a circle in a folder",
    {
      "drive/a.ts": `import "./b.ts";`,
      "drive/b.ts": `import "./c.ts";`,
      "drive/c.ts": `import "./a.ts";`,
    },
    "a circle: drive/a.ts -> drive/b.ts -> drive/c.ts -> drive/a.ts",
  ],
  ["a folder of no floor", { "utils/a.ts": "" }, "no floor"],
  ["a way out of the house", { "cli.ts": `import "../../sandbox/src/up.ts";` }, "outside"],
  ["a pty elsewhere", { "engine/a.ts": `import { spawn } from "node-pty";` }, "imports node-pty"],
  [
    "Docker elsewhere",
    { "drive/a.ts": `import type Docker from "dockerode";` },
    "imports dockerode",
  ],
  [
    "Testcontainers elsewhere",
    { "check.ts": `const t = await import("testcontainers");` },
    "imports testcontainers",
  ],
])("%s would be found", (_, files, message) => {
  expect(violations(new Map(Object.entries(files))).join("\n")).toContain(message);
});

test("what may be imported is not complained of", () => {
  const files = {
    "cli.ts": `import { a } from "./cli/a.ts";\nimport { c } from "./check.ts";`,
    "cli/a.ts": `import type { P } from "../check.ts";`,
    "check.ts": `import { e } from "./engine/e.ts"; // from "../report/x.ts" is only spoken of`,
    "engine/e.ts": `import Docker from "dockerode";\nimport { m } from "../model/m.ts";`,
    "model/m.ts": `import { join } from "node:path";`,
  };
  expect(violations(new Map(Object.entries(files)))).toEqual([]);
});
