#!/usr/bin/env node
/**
 * The workshop's entry. What Node compiles is kept between runs, of the harness too, which halves the time a command takes
 * to start; in JavaScript as harness/src/cli.js is, which says why.
 */
import { enableCompileCache } from "node:module";
import { join } from "node:path";
import { cacheFolder } from "slimproof/cache-folder";

enableCompileCache(join(cacheFolder(), "compiled"));
const { runProgram } = await import("./cli/program.ts");
await runProgram();
