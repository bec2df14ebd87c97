#!/usr/bin/env node
/** The workshop's entry. What Node compiles is kept between runs, which halves the time a command takes to start. */
import { enableCompileCache } from "node:module";
import { join } from "node:path";
import { cacheFolder } from "slimproof";

enableCompileCache(join(cacheFolder(), "compiled"));
const { runProgram } = await import("./cli/program.ts");
await runProgram();
