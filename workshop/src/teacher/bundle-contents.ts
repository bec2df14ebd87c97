/** What a bundle holds besides images and packages. */
import { chmod, cp, lstat, writeFile } from "node:fs/promises";
import { basename, join, relative, resolve } from "node:path";
import { InputError } from "slimproof";

/** The images of a bundle, beside the course. */
export const IMAGES = "images.tar.gz";
const CHECKOUT = resolve(import.meta.dirname, "../../..");

/** What the workshop runs from, of the checkout. Lists of packages of its other parts are there for pnpm alone. */
const SOURCES = [
  "README.md",
  "docs",
  "package.json",
  "pnpm-lock.yaml",
  "pnpm-workspace.yaml",
  "tsconfig.json",
  "harness/package.json",
  "harness/src",
  "workshop/package.json",
  "workshop/README.md",
  "workshop/TEACHING.md",
  "workshop/AUTHORING.md",
  "workshop/bases",
  "workshop/exercises",
  "workshop/solutions",
  "workshop/src",
];

/** What unpacking alone cannot do, for whoever got the file and nothing else. */
const START = `#!/bin/sh
# Takes the images into Docker, looks this machine over, and starts the workshop. Needs Docker and Node 24, no network.
set -e
cd "$(dirname "$0")"
command -v docker >/dev/null || { echo 'Docker is needed: https://docs.docker.com/get-started/get-docker/' >&2; exit 2; }
node -e 'process.exit(Number(process.versions.node.split(".")[0] < 24))' || { echo 'Node 24 is needed: https://nodejs.org' >&2; exit 2; }
if [ -f ${IMAGES} ] && [ ! -f .loaded ]; then
  echo 'taking the images into Docker, once'
  docker load --quiet --input ${IMAGES}
  : > .loaded
fi
export WORKSHOP_CALL=./start
[ $# -gt 0 ] || node workshop/src/cli.js doctor
exec node workshop/src/cli.js "$@"
`;

/**
 * Lays out the course, what runs it and its starter in a folder.
 * @throws InputError when the checkout is not whole.
 */
export async function layOut(folder: string): Promise<void> {
  for (const path of SOURCES) await copy(join(CHECKOUT, path), join(folder, path));
  await writeFile(join(folder, "start"), START);
  await chmod(join(folder, "start"), 0o755);
}

async function copy(from: string, to: string): Promise<void> {
  if (!(await lstat(from).catch(() => null)))
    throw new InputError(
      `${relative(process.cwd(), from)} is missing: a bundle is made from a whole checkout`,
    );
  await cp(from, to, {
    recursive: true,
    verbatimSymlinks: true,
    filter: (path) => basename(path) !== "node_modules",
  });
}
