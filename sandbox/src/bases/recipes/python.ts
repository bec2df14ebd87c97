/** python:3.13-slim: CPython compiled from Debian's source package into /usr/local, where the official image has it. */
import { glob, mkdir, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { $ } from "zx";
import { BUNDLE, certificates, pipSettings } from "../host.ts";
import { PATH, type Layer, type Recipe, type Work } from "../recipe.ts";
import { downloadSource, install, runIn } from "../root.ts";
import { debian } from "./debian.ts";

/** What the official image installs, and the libraries that its interpreter's modules turn out to need. */
const RUNTIME = `
  ca-certificates netbase tzdata libbluetooth3 libbz2-1.0 libdb5.3t64 libffi8 libgdbm6t64
  libgdbm-compat4t64 liblzma5 libncursesw6 libreadline8t64 libsqlite3-0 libssl3t64
  libtinfo6 libuuid1 zlib1g
`
  .trim()
  .split(/\s+/);

const BUILD = `
  dpkg-dev gcc libbluetooth-dev libbz2-dev libc6-dev libdb-dev libffi-dev libgdbm-dev
  libgdbm-compat-dev liblzma-dev libncursesw5-dev libreadline-dev libsqlite3-dev
  libssl-dev make uuid-dev xz-utils zlib1g-dev
`
  .trim()
  .split(/\s+/);

const runtime: Layer = {
  name: "python-runtime",
  on: debian,
  source: import.meta.filename,
  make: async ({ tree }) => {
    await install(tree, RUNTIME);
    return {};
  },
};

const interpreter: Layer = {
  name: "python-3.13",
  on: runtime,
  source: import.meta.filename,
  settings: async () => [await pipSettings(), (await certificates()).length > 0],
  make: async (work) => {
    const root = await work.open(runtime);
    const version = await compile(root, work);
    await prune(join(root, "usr/local"));
    await rm(join(root, "usr/local/share/ca-certificates"), { recursive: true, force: true });
    await $({
      quiet: true,
    })`cp --archive ${join(root, "usr/local")}/. ${join(work.tree, "usr/local")}`;
    for (const name of ["idle3", "pip3", "pydoc3", "python3", "python3-config"]) {
      await symlink(name, join(work.tree, "usr/local/bin", name.replace("3", "")));
    }
    await runIn(work.tree, ["ldconfig"]);
    await configurePip(work.tree);
    return { version };
  },
};

export const recipes: readonly Recipe[] = [
  {
    names: ["python:3.13-slim", "python:3.13-slim-trixie"],
    layers: [debian, runtime, interpreter],
    madeFrom: ({ version }) => `Debian trixie and CPython ${version} sources`,
    config: ({ version }) => ({
      Env: [`PATH=/usr/local/bin:${PATH}`, `PYTHON_VERSION=${version}`],
      Cmd: ["python3"],
    }),
  },
];

/**
 * Compiles and installs CPython in `root`, with the official image's options less two: no profile-guided and no
 * link-time optimisation, which would take half an hour. Returns the version.
 */
async function compile(root: string, { log }: Work): Promise<string> {
  await install(root, BUILD);
  const files = await downloadSource(root, "python3.13");
  const archive = files.find((name) => name.endsWith(".orig.tar.xz")) ?? "";
  const version = /_([\d.]+)\.orig/.exec(archive)?.[1];
  if (!version)
    throw new Error(`Debian's python3.13 source holds no original: ${files.join(", ")}`);
  log(`compiling CPython ${version}, about two minutes`);
  await mkdir(join(root, "src/python"));
  await runIn(
    root,
    ["tar", "--extract", `--file=${archive}`, "--directory=python", "--strip-components=1"],
    "/src",
  );
  const run = (...command: string[]): Promise<string> => runIn(root, command, "/src/python");
  const machine = (await run("dpkg-architecture", "--query", "DEB_BUILD_GNU_TYPE")).trim();
  await run(
    "./configure",
    `--build=${machine}`,
    "--enable-loadable-sqlite-extensions",
    "--enable-option-checking=fatal",
    "--enable-shared",
    "--with-ensurepip",
    // The modules that CPython's own tests need; the tests are pruned anyway.
    "--disable-test-modules",
  );
  // Debugging information would be stripped again: making none is a third faster.
  const make = ["make", "-j2", "EXTRA_CFLAGS=-g0"];
  await run(...make, "LDFLAGS=-Wl,--strip-all");
  // Linked anew so that it finds its own library before any other: https://github.com/docker-library/python/issues/784
  await rm(join(root, "src/python/python"));
  await run(...make, "LDFLAGS=-Wl,--strip-all,-rpath='$$ORIGIN/../lib'", "python");
  // Compiled modules would be pruned: with -h compileall prints its help and is done.
  await run("make", "install", "COMPILEALL_OPTS=-h");
  return version;
}

/** Removes what the official image removes: tests, compiled modules, the static library. */
async function prune(folder: string): Promise<void> {
  const patterns = [
    "**/{test,tests,idle_test}",
    "**/__pycache__",
    "**/*.py[co]",
    "**/libpython*.a",
  ];
  for (const path of await Array.fromAsync(glob(patterns, { cwd: folder }))) {
    await rm(join(folder, path), { recursive: true, force: true });
  }
}

/** This machine's index and certificates, in the file that pip reads for all users. */
async function configurePip(tree: string): Promise<void> {
  const settings = Object.entries(await pipSettings());
  if ((await certificates()).length > 0) settings.push(["cert", BUNDLE]);
  if (settings.length === 0) return;
  const lines = settings.map(([name, value]) => `${name} = ${value}\n`);
  await writeFile(join(tree, "etc/pip.conf"), `[global]\n${lines.join("")}`);
}
