import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { cacheFolder } from "../model/cache-folder.js";

/** The docker command: the machine's (its name alone), else the path of the one that came with the private engine. */
export function dockerCommand(path: string = process.env["PATH"] ?? ""): string {
  const isOnPath = path.split(delimiter).some((folder) => existsSync(join(folder, "docker")));
  const ours = join(cacheFolder(), "bin", "docker"); // where the sandbox puts it
  return !isOnPath && existsSync(ours) ? ours : "docker";
}
