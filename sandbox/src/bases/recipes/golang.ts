/** golang: Debian's compilers and version control, and above them Go's own toolchain as its module proxy hands it out. */
import { chmod, mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { $ } from "zx";
import { goSettings, type Settings } from "../host.ts";
import { PATH, type Layer, type Recipe, type Work } from "../recipe.ts";
import { install, retry, runIn, runOutside } from "../root.ts";
import { debian } from "./debian.ts";

/** The patch release that each tag stands for: the newest of 1.26 in November 2026, the last of 1.18. */
const RELEASES = { "1.26": "1.26.11", "1.18": "1.18.10" } as const;

/** buildpack-deps:scm with what the official image adds for cgo; media-types brings /etc/mime.types. */
const PACKAGES = `
  ca-certificates curl gnupg netbase sq tzdata wget git media-types mercurial
  openssh-client procps subversion g++ gcc libc6-dev make pkg-config
`
  .trim()
  .split(/\s+/);

const tools: Layer = {
  name: "golang-tools",
  on: debian,
  source: import.meta.filename,
  make: async ({ tree, architecture }) => {
    // Go's linker asks for gold by name on arm64: https://github.com/golang/go/issues/22040
    await install(tree, architecture === "arm64" ? [...PACKAGES, "binutils-gold"] : PACKAGES);
    return {};
  },
};

export const recipes: readonly Recipe[] = Object.entries(RELEASES).map(([minor, release]) => ({
  names: [minor, release].flatMap((tag) => [
    `golang:${tag}`,
    // Go 1.18 was never published on trixie.
    ...(minor === "1.18" ? [] : [`golang:${tag}-trixie`]),
  ]),
  layers: [debian, tools, toolchain(release)],
  madeFrom: () => `Debian trixie and the toolchain of Go ${release}`,
  config: () => ({
    Env: [
      `PATH=/go/bin:/usr/local/go/bin:${PATH}`,
      `GOLANG_VERSION=${release}`,
      "GOTOOLCHAIN=local",
      "GOPATH=/go",
    ],
    Cmd: ["bash"],
    WorkingDir: "/go",
  }),
}));

function toolchain(release: string): Layer {
  return {
    name: `golang-${release}`,
    on: null,
    needs: [debian],
    source: import.meta.filename,
    settings: () => goSettings(),
    make: async (work) => {
      const goroot = join(work.tree, "usr/local/go");
      await mkdir(dirname(goroot), { recursive: true });
      await fetchToolchain(work, release, goroot);
      for (const folder of ["go", "go/src", "go/bin"]) {
        await mkdir(join(work.tree, folder));
        await chmod(join(work.tree, folder), 0o1777);
      }
      await configure(work.tree, await goSettings());
      return {};
    },
  };
}

/** Downloads the toolchain's module with any Go at hand, which also checks its sum, and makes a GOROOT of it. */
async function fetchToolchain(work: Work, release: string, goroot: string): Promise<void> {
  const module_ = `golang.org/toolchain@v0.0.1-go${release}.linux-${work.architecture}`;
  const command = ["go", "mod", "download", module_];
  const cache = join(work.tree, "modules");
  const settings = { GOWORK: "off", GOTOOLCHAIN: "local", GOFLAGS: "-modcacherw" };
  if ((await $({ quiet: true, nothrow: true })`go version`).exitCode === 0) {
    const env = { ...process.env, ...settings, GOMODCACHE: cache };
    await retry(() => runOutside(command, { cwd: work.tree, env }));
    await rename(join(cache, module_), goroot);
  } else {
    const root = await work.open(debian);
    await install(root, ["ca-certificates", "golang-go"]);
    const inside = { ...settings, ...(await goSettings()), GOMODCACHE: "/modules" };
    const words = Object.entries(inside).map(([name, value]) => `${name}=${value}`);
    await retry(() => runIn(root, ["env", ...words, ...command]));
    await rename(join(root, "modules", module_), goroot);
  }
  await rm(cache, { recursive: true, force: true });
  await mendModule(goroot);
}

/** A module can hold neither go.mod files nor programs; what the go command itself does after such a download. */
async function mendModule(goroot: string): Promise<void> {
  const entries = await readdir(goroot, { recursive: true, withFileTypes: true });
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const place = path.slice(goroot.length + 1);
    const runs = /^(bin|pkg\/tool)\/|\.(bash|sh|pl|rc)$/.test(place);
    await chmod(path, runs ? 0o755 : 0o644);
    if (basename(path) === "_go.mod") await rename(path, join(dirname(path), "go.mod"));
  }
}

/** Where Go fetches from, in the file that this release reads: its own since 1.21, else the user's. */
async function configure(tree: string, settings: Settings): Promise<void> {
  if (Object.keys(settings).length === 0) return;
  const own = join(tree, "usr/local/go/go.env");
  const text = await readFile(own, "utf8").catch(() => null);
  if (text !== null) return await writeFile(own, withSettings(text, settings));
  const user = join(tree, "root/.config/go/env");
  await mkdir(dirname(user), { recursive: true, mode: 0o700 });
  await writeFile(user, withSettings("", settings));
}

/** A go.env file with those settings in it. Go takes the first of two lines for one name, so the file's own go. */
export function withSettings(text: string, settings: Settings): string {
  const kept = text
    .split("\n")
    .filter((line) => !Object.hasOwn(settings, line.split("=", 1)[0] ?? ""));
  const lines = Object.entries(settings).map(([name, value]) => `${name}=${value}\n`);
  return `${kept.join("\n").trimEnd()}\n${lines.join("")}`.trimStart();
}
