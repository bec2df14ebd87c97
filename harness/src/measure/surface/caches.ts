import { isApplication } from "./sources.ts";

/** Folders (and files) that whoever fills them may lose, each by the documentation of that program: how their paths end. */
const PLACES = [
  // apt, apk, dnf, yum, zypper, pacman: lists of what there is, and what was fetched.
  "^/var/lib/apt/lists",
  "^/var/cache/(?:apt|apk|dnf|libdnf5|yum|zypp|pacman)",
  "^/etc/apk/cache|^/var/lib/pacman/sync",
  // All that the XDG base directory specification calls non-essential, of pip, uv, go build, yarn, ccache and others, in any
  // home; but what these keep there is fetched once and needed to run.
  String.raw`/\.cache/(?!(?:ms-playwright|puppeteer|Cypress|huggingface|torch)(?:/|$))[^/]+`,
  // Go's module cache (GOMODCACHE), sources unpacked and packed: a program holds all that it needs of them.
  "/go(?:path)?/pkg/(?:mod|sumdb)",
  String.raw`/\.npm|/\.yarn/berry/cache|/\.pnpm-store|/pnpm/store|/\.bun/install/cache`,
  String.raw`/\.cargo/(?:registry|git)|^/usr/local/cargo/(?:registry|git)`,
  String.raw`/\.m2/repository|/\.gradle/(?:caches|wrapper)|/\.ivy2/cache|/\.sbt/boot`,
  String.raw`/\.composer/cache|/\.nuget/packages|/\.local/share/NuGet/(?:v3|http|plugins)-cache`,
  "/(?:(?:ana|mini)?conda3?|miniforge3?|mambaforge|micromamba)/pkgs",
  String.raw`/(?:\.?bundle(?:/ruby/[^/]+)?|gems/[\d.]+)/cache|/\.cpanm?|/\.pub-cache`,
  // Compilers, test runners and linters, in the folder where they ran.
  String.raw`/\.ccache|/\.(?:pytest|mypy|ruff)_cache|/\.(?:parcel-cache|turbo|eslintcache|nyc_output)`,
  String.raw`/node_modules/\.(?:cache|vite)|/\.(?:next|angular)/cache`,
].join("|");

/** A pattern for paths of such places, and of all that lies in them. */
export const IN_CACHES = `(?:${PLACES})(?:/|$)`;

const CACHE = new RegExp(`(?:${PLACES})$`, "s");
const BYTECODE = /\/__pycache__$/;

/**
 * Whether a folder, or a file, is a cache that was left behind. Python's bytecode is one beside an application's own
 * sources; in the standard library and in site-packages it is installed on purpose, and starts are faster for it.
 */
export function isCache(path: string): boolean {
  return CACHE.test(path) || (BYTECODE.test(path) && isApplication(path));
}
