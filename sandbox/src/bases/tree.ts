/** A layer as a folder and as a tar: what changed in a folder, packed so that the same contents give the same bytes. */
import { lstatSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { $ } from "zx";

/** Each path below a folder (no leading slash) with what tells whether it was touched since. */
export type Snapshot = ReadonlyMap<string, string>;

/** Every file's time, in seconds: the day of Debian 13's release. */
export const EPOCH = 1_754_697_600;

/** Marks a path as removed: https://github.com/opencontainers/image-spec/blob/main/layer.md#whiteouts */
const WHITEOUT = ".wh.";

/** What a system leaves behind while packages are installed, and what the engine itself provides in a container. */
const NOISE = [
  /^(dev|proc|sys|tmp)\/./,
  /^run\/(?!(lock|postgresql)$)/,
  /^root\/\.(cache|gnupg|npm|wget-hsts)/,
  /^var\/log\/.*[^/]$/,
  /^var\/lib\/apt\/(lists|mirrors)\/./,
  /^var\/cache\/apt\/./,
  /^var\/cache\/ldconfig\/./,
  /^var\/(cache\/debconf|lib\/dpkg)\/.*-old$/,
  /^var\/lib\/dpkg\/(lock|lock-frontend|triggers\/Lock)$/,
  /^etc\/(resolv\.conf|hosts|hostname|machine-id|\.pwd\.lock|(passwd|group|shadow|gshadow|subuid|subgid)-)$/,
  /^etc\/ld\.so\.cache~$/,
];

/** Looks at every path below `root`. */
export function snapshot(root: string): Snapshot {
  const paths = new Map<string, string>();
  const visit = (path: string): void => {
    for (const entry of readdirSync(join(root, path), { withFileTypes: true })) {
      const child = path ? `${path}/${entry.name}` : entry.name;
      const { mode, uid, gid, ino, ctimeNs } = lstatSync(join(root, child), { bigint: true });
      // A folder's own times change with each file in it; only its mode and owner are its own.
      paths.set(child, `${mode} ${uid} ${gid}${entry.isDirectory() ? "" : ` ${ino} ${ctimeNs}`}`);
      if (entry.isDirectory()) visit(child);
    }
  };
  visit("");
  return paths;
}

/** Paths of the layer that turns `before` into `after`, parents first, whiteouts included. */
export function changes(before: Snapshot, after: Snapshot): string[] {
  const paths = new Set<string>();
  const add = (path: string): void => {
    // A parent that is missing in a layer's tar would get a mode and an owner of the engine's choice.
    for (let part = path; part !== "."; part = dirname(part)) paths.add(part);
  };
  for (const [path, state] of after) {
    if (before.get(path) !== state && !isNoise(path)) add(path);
  }
  for (const path of before.keys()) {
    const parent = dirname(path);
    if (after.has(path) || isNoise(path) || (parent !== "." && !after.has(parent))) continue;
    add(join(parent, WHITEOUT + basename(path)));
  }
  return [...paths].sort();
}

function isNoise(path: string): boolean {
  return NOISE.some((pattern) => pattern.test(path));
}

/** Packs those paths of `root` into the tar `file`. */
export async function pack(root: string, paths: readonly string[], file: string): Promise<void> {
  for (const path of paths) {
    if (basename(path).startsWith(WHITEOUT)) writeFileSync(join(root, path), "");
  }
  const options = ["--format=gnu", "--no-recursion", "--numeric-owner", `--mtime=@${EPOCH}`];
  const input = paths.map((path) => `./${path}\0`).join("");
  await $({
    input,
    quiet: true,
  })`tar --create --file=${file} --directory=${root} ${options} --null --verbatim-files-from --files-from=-`;
}

/** Unpacks layers, lowest first, into `root`. */
export async function unpack(files: readonly string[], root: string): Promise<void> {
  mkdirSync(root, { recursive: true });
  for (const file of files) {
    await $({
      quiet: true,
    })`tar --extract --file=${file} --directory=${root} --preserve-permissions --numeric-owner`;
    for (const path of snapshot(root).keys()) {
      const name = basename(path);
      if (!name.startsWith(WHITEOUT)) continue;
      rmSync(join(root, dirname(path), name.slice(WHITEOUT.length)), {
        recursive: true,
        force: true,
      });
      rmSync(join(root, path));
    }
  }
}
