/** What we say is missing against what glibc's own loader says, in an image that has each way of finding a library. */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openEngine, type Engine } from "../../../src/engine/engine.ts";
import { readTree } from "../../../src/measure/anatomy.ts";
import { missingParts } from "../../../src/measure/binaries/missing.ts";
import type { Tree } from "../../../src/measure/tree/tree.ts";

const CONTEXT = join(import.meta.dirname, "fixtures", "loading");
/** How many programs make.sh makes. */
const PROGRAMS = 14;

let engine: Engine;
let id: string;
let tree: Tree;
beforeAll(async () => {
  engine = await openEngine(false);
  const image = await engine.image(
    {
      kind: "build",
      dockerfile: "Dockerfile",
      context: CONTEXT,
      target: null,
      args: {},
      platform: null,
    },
    { cache: true, keep: false, signal: new AbortController().signal, onEvent: () => {} },
  );
  id = image.config.id;
  tree = await readTree(engine.tree(id));
});
afterAll(async () => engine?.[Symbol.asyncDispose]());

/**
 * What the loader says of each program when it is started (`ldd` starts the loader, to which a link is a place of its own):
 * `NAME LIBRARY` for every one that is not found.
 */
function traced(): readonly string[] {
  const script =
    'for f in /t/* /usr/local/bin/origin-link; do [ -f "$f" ] && echo "# $f" && LD_TRACE_LOADED_OBJECTS=1 "$f"; done; true';
  const args = ["run", "--rm", "--network", "none", "--entrypoint", "sh", id, "-c", script];
  let name = "";
  const found: string[] = [];
  const output = execFileSync("docker", args, {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  });
  for (const line of output.split("\n")) {
    name = /^# (.*)/.exec(line)?.[1] ?? name;
    const library = /^\s+(\S+) => not found/.exec(line)?.[1];
    if (line.startsWith("# ")) found.push(name);
    if (library !== undefined) found.push(`${name} ${library}`);
  }
  return found;
}

test("each program lacks what the loader says that it lacks", () => {
  const theirs = traced();
  const names = theirs.filter((line) => !line.includes(" "));
  expect(names).toHaveLength(PROGRAMS + 1);
  const ours = names.flatMap((name) => [
    name,
    ...missingParts(tree, name).map(({ needs }) => `${name} ${needs}`),
  ]);
  expect(ours.toSorted()).toEqual(theirs.toSorted());
  expect(theirs.length).toBeGreaterThan(names.length + 4); // some do lack something
});
