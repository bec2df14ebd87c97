/** gcr.io/distroless: Debian's packages unpacked, with neither dpkg nor a shell to run their scripts. */
import { chmod, chown, mkdir, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { $ } from "zx";
import { chain, PATH, type Layer, type Recipe, type Work } from "../recipe.ts";
import { download, runIn } from "../root.ts";
import { debian } from "./debian.ts";

/** The packages of each image beyond those of the one below it, as the official images have them. */
const PACKAGES = {
  static: ["base-files", "media-types", "netbase", "tzdata", "tzdata-legacy"],
  base: ["libc6", "libssl3t64", "libzstd1", "zlib1g"],
  cc: ["gcc-14-base", "libgcc-s1", "libgomp1", "libstdc++6"],
  python3: `
  libbz2-1.0 libc-bin libcom-err2 libcrypt1 libdb5.3t64 libexpat1 libffi8 libgssapi-krb5-2
  libk5crypto3 libkeyutils1 libkrb5-3 libkrb5support0 liblzma5 libncursesw6 libnsl2
  libpython3.13-minimal libpython3.13-stdlib libreadline8t64 libsqlite3-0 libtinfo6
  libtirpc3t64 libuuid1 python3.13-minimal python3.13-venv
`
    .trim()
    .split(/\s+/),
} as const;

const NONROOT = 65532;

const FILES: Readonly<Record<string, string>> = {
  "etc/passwd": [
    "root:x:0:0:root:/root:/sbin/nologin",
    "nobody:x:65534:65534:nobody:/nonexistent:/sbin/nologin",
    `nonroot:x:${NONROOT}:${NONROOT}:nonroot:/home/nonroot:/sbin/nologin\n`,
  ].join("\n"),
  "etc/group": `root:x:0:\nnobody:x:65534:\ntty:x:5:\nstaff:x:50:\nnonroot:x:${NONROOT}:\n`,
  "etc/nsswitch.conf": "hosts: files dns\n",
  "usr/lib/os-release": [
    'PRETTY_NAME="Distroless"',
    'NAME="Debian GNU/Linux"',
    'ID="debian"',
    'VERSION_ID="13"',
    'VERSION="Debian GNU/Linux 13 (trixie)"',
    'HOME_URL="https://github.com/GoogleContainerTools/distroless"',
    'SUPPORT_URL="https://github.com/GoogleContainerTools/distroless/blob/master/README.md"',
    'BUG_REPORT_URL="https://github.com/GoogleContainerTools/distroless/issues/new"\n',
  ].join("\n"),
};

const static_ = layer("static", null, addSystem);
const base = layer("base", static_);
const cc = layer("cc", base);
const python3 = layer("python3", cc, addPython);

/** What the debug images have above the others, and what makes them debug images. */
const busybox: Layer = {
  name: "distroless-busybox",
  on: null,
  needs: [debian],
  source: import.meta.filename,
  make: async ({ tree, open }) => {
    const root = await open(debian);
    const [file = ""] = await download(root, ["busybox-static"]);
    await $({ quiet: true })`dpkg-deb --extract ${file} ${join(root, "tmp/busybox")}`;
    const folder = join(tree, "busybox");
    await mkdir(folder);
    await $({ quiet: true })`cp ${join(root, "tmp/busybox/usr/bin/busybox")} ${folder}`;
    const applets = await runIn(root, ["/tmp/busybox/usr/bin/busybox", "--list"]);
    for (const applet of applets.split("\n").filter((it) => it && it !== "busybox")) {
      await symlink("busybox", join(folder, applet));
    }
    return {};
  },
};

export const recipes: readonly Recipe[] = Object.entries({
  static: static_,
  base,
  cc,
  python3,
}).flatMap(([name, top]) =>
  ["latest", "nonroot", "debug", "debug-nonroot"].map((tag) => recipe(name, tag, chain(top))),
);

function recipe(name: string, tag: string, layers: readonly Layer[]): Recipe {
  const isDebug = tag.startsWith("debug");
  const entrypoint = name === "python3" ? "/usr/bin/python3.13" : isDebug ? "/busybox/sh" : null;
  return {
    names: [`gcr.io/distroless/${name}-debian13:${tag}`],
    layers: isDebug ? [...layers, busybox] : layers,
    madeFrom: () => `Debian trixie's packages unpacked${isDebug ? ", and its busybox" : ""}`,
    config: () => ({
      Env: [
        `PATH=${PATH}${isDebug ? ":/busybox" : ""}`,
        "SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt",
        ...(name === "python3" ? ["LANG=C.UTF-8"] : []),
      ],
      ...(entrypoint ? { Entrypoint: [entrypoint] } : {}),
      ...(tag.endsWith("nonroot")
        ? { User: String(NONROOT), WorkingDir: "/home/nonroot" }
        : { User: "0", WorkingDir: "/" }),
    }),
  };
}

function layer(
  name: keyof typeof PACKAGES,
  on: Layer | null,
  finish?: (work: Work, root: string) => Promise<void>,
): Layer {
  return {
    name: `distroless-${name}`,
    on,
    needs: [debian],
    source: import.meta.filename,
    make: async (work) => {
      const root = await work.open(debian);
      for (const file of await download(root, PACKAGES[name])) await addPackage(work.tree, file);
      await finish?.(work, root);
      return {};
    },
  };
}

/** Unpacks a package and notes it where scanners look for it in an image without dpkg. */
async function addPackage(tree: string, file: string): Promise<void> {
  await $({ quiet: true })`dpkg-deb --extract ${file} ${tree}`;
  await note(tree, file);
}

/** Writes `status.d/NAME`, the package's control file, and `status.d/NAME.md5sums`. */
async function note(tree: string, file: string): Promise<void> {
  const folder = join(tree, "var/lib/dpkg/status.d");
  await mkdir(folder, { recursive: true });
  const control = (await $({ quiet: true })`dpkg-deb --field ${file}`).stdout;
  const name = /^Package: (.+)$/m.exec(control)?.[1];
  if (!name) throw new Error(`${file} does not name its package`);
  await writeFile(join(folder, name), control);
  const sums = await $({ quiet: true, nothrow: true })`dpkg-deb --info ${file} md5sums`;
  if (sums.exitCode === 0) await writeFile(join(folder, `${name}.md5sums`), sums.stdout);
}

/** Users, homes and os-release; of two further packages only the public certificates and the C.UTF-8 locale. */
async function addSystem({ tree }: Work, root: string): Promise<void> {
  for (const [path, text] of Object.entries(FILES)) await writeFile(join(tree, path), text);
  const home = join(tree, "home/nonroot");
  await mkdir(home);
  await chmod(home, 0o700);
  await chown(home, NONROOT, NONROOT);
  const files = await download(root, ["ca-certificates", "libc-bin"]);
  const aside = join(root, "tmp/aside");
  for (const file of files) {
    await $({ quiet: true })`dpkg-deb --extract ${file} ${aside}`;
    await note(tree, file);
  }
  const authorities = join(aside, "usr/share/ca-certificates/mozilla");
  const names = (await readdir(authorities)).sort();
  const texts = await Promise.all(names.map((name) => readFile(join(authorities, name), "utf8")));
  await mkdir(join(tree, "etc/ssl/certs"), { recursive: true });
  await writeFile(
    join(tree, "etc/ssl/certs/ca-certificates.crt"),
    texts.map((text) => `${text.trimEnd()}\n`).join(""),
  );
  for (const path of ["usr/share/doc/ca-certificates", "usr/lib/locale"]) {
    await mkdir(join(tree, path), { recursive: true });
    await $({ quiet: true })`cp --archive ${join(aside, path)}/. ${join(tree, path)}`;
  }
}

/** The names that programs ask for, and the loader's cache, through which ctypes finds libraries. */
async function addPython({ tree }: Work): Promise<void> {
  for (const name of ["python", "python3"]) {
    await symlink("/usr/bin/python3.13", join(tree, "usr/bin", name));
  }
  await $({ quiet: true })`chroot ${tree} /usr/sbin/ldconfig`;
}
