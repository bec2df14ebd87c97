import { homedir } from "node:os";
import { isAbsolute, join, resolve } from "node:path";

/**
 * Absolute path of the folder for everything that is kept between runs, outside the checkout so that `git clean` keeps
 * it: `$SLIMPROOF_CACHE`, else `slimproof` in `$XDG_CACHE_HOME` or `~/.cache`. Set to nothing is as good as not set, and
 * a relative XDG_CACHE_HOME does not count, says the XDG base directory specification. In JavaScript, for `cli.js`.
 *
 * @param {NodeJS.ProcessEnv} env
 * @returns {string}
 */
export function cacheFolder(env = process.env) {
  if (env["SLIMPROOF_CACHE"]) return resolve(env["SLIMPROOF_CACHE"]);
  const xdg = env["XDG_CACHE_HOME"];
  return join(xdg && isAbsolute(xdg) ? xdg : join(homedir(), ".cache"), "slimproof");
}
