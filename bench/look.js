/** Starts look.ts as the command line starts (harness/src/cli.js). */
import { enableCompileCache } from "node:module";
import { join } from "node:path";
import { cacheFolder } from "../harness/src/model/cache-folder.js";

enableCompileCache(join(cacheFolder(), "compiled"));
await import("./look.ts");
