/** debian:trixie-slim, the ground that the other bases stand on: what mmdebstrap makes, dressed as the official image. */
import { readFileSync } from "node:fs";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { hostSources, parseOneLine, sourcesFor, type AptSource } from "../../engine/apt.ts";
import { hostRelease, mmdebstrap } from "../../engine/root.ts";
import { aptSettings, certificates } from "../host.ts";
import { PATH, type Facts, type Layer, type Recipe, type Work } from "../recipe.ts";
import { retry, runIn } from "../root.ts";

/** What the official slim image leaves out of every package, also of those that are installed on it later. */
const SLIM = [
  ...["doc", "groff", "info", "linda", "lintian", "locale", "man"].map(
    (name) => `path-exclude=/usr/share/${name}/*`,
  ),
  "path-include=/usr/share/doc/*/copyright",
  "path-include=/usr/share/locale/locale.alias",
];

/** apt and dpkg as in the official image: small, unattended, and fast in a build that can be thrown away. */
const SETTINGS: Readonly<Record<string, string>> = {
  "etc/apt/apt.conf.d/docker-autoremove-suggests": 'Apt::AutoRemove::SuggestsImportant "false";\n',
  "etc/apt/apt.conf.d/docker-clean":
    ["DPkg::Post-Invoke", "APT::Update::Post-Invoke"]
      .map(
        (hook) =>
          `${hook} { "rm -f /var/cache/apt/archives/*.deb /var/cache/apt/archives/partial/*.deb /var/cache/apt/*.bin || true"; };\n`,
      )
      .join("") + 'Dir::Cache::pkgcache "";\nDir::Cache::srcpkgcache "";\n',
  "etc/apt/apt.conf.d/docker-gzip-indexes": 'Acquire::GzipIndexes "true";\n',
  "etc/apt/apt.conf.d/docker-no-languages": 'Acquire::Languages "none";\n',
  "etc/dpkg/dpkg.cfg.d/docker": SLIM.map((line) => `${line}\n`).join(""),
  "etc/dpkg/dpkg.cfg.d/docker-apt-speedup": "force-unsafe-io\n",
  "usr/sbin/policy-rc.d":
    "#!/bin/sh\n\n# No service is started by a package's installation.\nexit 101\n",
};

export const debian: Layer = {
  name: "debian-trixie-slim",
  on: null,
  source: import.meta.filename,
  settings: async () => [
    sourcesFor("trixie", (await hostRelease()).codename, await hostSources()),
    await aptSettings(),
    await certificates(),
  ],
  make,
};

export const recipes: readonly Recipe[] = [
  {
    names: ["debian:trixie-slim", "debian:13-slim"],
    layers: [debian],
    madeFrom: ({ debian: version }) => `Debian trixie's packages (${version})`,
    config: () => ({ Env: [`PATH=${PATH}`], Cmd: ["bash"] }),
  },
];

async function make({ tree }: Work): Promise<Facts> {
  const { codename } = await hostRelease();
  // A mirror behind TLS needs what the official image lacks: certificates.
  const tls = sourcesFor("trixie", codename, await hostSources()).some((line) =>
    /\shttps:/.test(line),
  );
  await retry(async () => {
    await rm(tree, { recursive: true, force: true });
    await mkdir(tree, { mode: 0o755 });
    const options = [...SLIM, "force-unsafe-io"].map((line) => `--dpkgopt=${line}`);
    await mmdebstrap("trixie", tree, tls ? ["ca-certificates"] : ["apt"], options);
  });
  for (const [path, text] of Object.entries(SETTINGS)) {
    await writeFile(join(tree, path), text, { mode: path.startsWith("etc/") ? 0o644 : 0o755 });
  }
  await rm(join(tree, "etc/dpkg/dpkg.cfg.d/99mmdebstrap"));
  // Written by a package's script, so that no exclusion keeps it out.
  await rm(join(tree, "usr/share/info/dir"), { force: true });
  const list = join(tree, "etc/apt/sources.list");
  const sources = parseOneLine(await readFile(list, "utf8"));
  await writeFile(join(tree, "etc/apt/sources.list.d/debian.sources"), deb822(sources));
  await rm(list);
  const folder = join(tree, "usr/local/share/ca-certificates");
  await mkdir(folder, { recursive: true });
  for (const { name, text } of await certificates()) await writeFile(join(folder, name), text);
  if (tls) await runIn(tree, ["update-ca-certificates"]);
  return { debian: readFileSync(join(tree, "etc/debian_version"), "utf8").trim() };
}

/** sources.list(5) as the official image writes it: one stanza a mirror. */
export function deb822(sources: readonly AptSource[]): string {
  const suites = new Map<string, string[]>();
  for (const source of sources) {
    for (const uri of source.uris) {
      suites.set(uri, [...(suites.get(uri) ?? []), ...source.suites]);
    }
  }
  return [...suites]
    .map(([uri, names]) =>
      [
        "Types: deb",
        `URIs: ${uri}`,
        `Suites: ${names.join(" ")}`,
        "Components: main",
        "Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg\n",
      ].join("\n"),
    )
    .join("\n");
}
