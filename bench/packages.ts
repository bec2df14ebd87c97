/**
 * The packages that we find in some images against those that syft finds: sets of kind, name and version. Prints what is
 * equal, and each difference with the reason for it; a difference without one makes it fail.
 * Usage: node bench/packages.ts [--write] [IMAGE…]
 */
import { execa } from "execa";
import type { Package, PackageKind } from "../harness/src/model/anatomy.ts";
import { packageSurvey } from "../harness/src/measure/packages/packages.ts";
import { surveyed } from "../harness/src/measure/tree/survey.ts";
import { engine, has, withContainer } from "./docker.ts";
import { syft, type Peer } from "./peers.ts";
import { provenance, write } from "./readme.ts";
import { exact, table } from "./table.ts";
import { exportedTree } from "./views.ts";

const IMAGES = [
  "golang:1.26",
  "python:3.13-slim",
  "node:24-slim",
  "gcr.io/distroless/python3-debian13",
];

/** syft's types that we have too. It also guesses programs by texts in them (`binary`), which are no packages. */
const KINDS: ReadonlyMap<string, PackageKind> = new Map([
  ["deb", "deb"],
  ["apk", "apk"],
  ["rpm", "rpm"],
  ["python", "python"],
  ["npm", "node"],
  ["go-module", "go"],
  ["java-archive", "java"],
  ["gem", "gem"],
  ["rust-crate", "cargo"],
]);

/** What one of the two tells of a package; syft's paths lead into Java archives, behind a colon. */
interface Told {
  readonly kind: PackageKind;
  readonly name: string;
  readonly version: string;
  readonly paths: readonly string[];
}

/** What both tell of an image, by kind, name and version. */
interface Pair {
  readonly ours: ReadonlyMap<string, Told>;
  readonly theirs: ReadonlyMap<string, Told>;
}

/** Why only one of the two tells of a package. */
interface Reason {
  readonly side: keyof Pair;
  readonly why: string;
  readonly holds: (it: Told, pair: Pair) => boolean;
}

const REASONS: readonly Reason[] = [
  {
    side: "ours",
    why: "syft writes Go's own version as `go1.26`",
    holds: (it, { theirs }) =>
      it.kind === "go" && theirs.has(keyOf({ ...it, version: `go${it.version}` })),
  },
  {
    side: "theirs",
    why: "syft writes Go's own version as `go1.26`",
    holds: (it, { ours }) =>
      it.kind === "go" && ours.has(keyOf({ ...it, version: it.version.replace(/^go/, "") })),
  },
  {
    side: "theirs",
    why: "a package.json outside of node_modules: a project's own, not installed",
    holds: ({ kind, paths }) =>
      kind === "node" &&
      paths.every((path) => !/\/node_modules\/(?:@[^/]+\/)?[^/]+\/package\.json$/.test(path)),
  },
  {
    side: "theirs",
    why: "no package: a key that signatures are checked by, which rpm lists among them",
    holds: ({ kind, name }) => kind === "rpm" && name === "gpg-pubkey",
  },
  {
    side: "theirs",
    why: "a Java archive that tells no version",
    holds: ({ kind, version }) => kind === "java" && version === "UNKNOWN",
  },
  {
    side: "theirs",
    why: "the same archive: we name it as its file, syft by its manifest or with its classifier",
    holds: (it, { ours }) => it.kind === "java" && some(ours, (our) => isSameArchive(our, it)),
  },
  {
    side: "ours",
    why: "the same archive: we name it as its file, syft by its manifest or with its classifier",
    holds: (it, { theirs }) =>
      it.kind === "java" && some(theirs, (their) => isSameArchive(it, their)),
  },
  {
    side: "theirs",
    why: "an archive under another name than its artifact: syft counts both names",
    holds: ({ kind, version, paths }, { ours }) =>
      kind === "java" &&
      some(ours, (it) => it.version === version && it.paths.some((path) => paths.includes(path))),
  },
  {
    side: "ours",
    why: "an archive inside another of which syft tells nothing, as of any without a manifest",
    holds: ({ kind, name, version, paths }) =>
      kind === "java" &&
      !name.includes(":") &&
      paths.every((path) => !isNamed(path, name, version)),
  },
];

const found = await engine();
const peer = await syft();
const named = process.argv.slice(2).filter((it) => it !== "--write");
const images = named.length > 0 ? named : IMAGES;
const rows: (readonly string[])[] = [];
const differences: string[] = [];
let unexplained = 0;
for (const image of images) {
  if (!(await has(image))) throw new Error(`the engine has no ${image}, and cannot pull it`);
  const pair = { ours: await ourPackages(image), theirs: await theirPackages(peer, image) };
  for (const kind of new Set(KINDS.values())) {
    const ours = [...pair.ours].filter(([, it]) => it.kind === kind);
    const theirs = [...pair.theirs].filter(([, it]) => it.kind === kind);
    const [onlyOurs, onlyTheirs] = [
      ours.filter(([key]) => !pair.theirs.has(key)),
      theirs.filter(([key]) => !pair.ours.has(key)),
    ];
    if (ours.length + theirs.length === 0) continue;
    const counts = [ours.length - onlyOurs.length, onlyOurs.length, onlyTheirs.length];
    rows.push([image, kind, ...counts.map(exact)]);
    for (const [key, it] of onlyOurs) tell(image, "ours", key, it, pair);
    for (const [key, it] of onlyTheirs) tell(image, "theirs", key, it, pair);
  }
}
const columns = [
  { name: "image" },
  { name: "kind" },
  ...["equal", "only ours", "only syft's"].map((name) => ({ name, numeric: true as const })),
];
const told = [
  provenance("bench/packages.ts", found, [peer.version]),
  table(columns, rows),
  `${differences.length} differences, ${unexplained} of them unexplained${differences.length > 0 ? ":" : "."}`,
  ...(differences.length > 0 ? [differences.map((line) => `- ${line}`).join("\n")] : []),
].join("\n\n");
console.log(told);
if (process.argv.includes("--write")) await write("packages", told);
process.exitCode = unexplained === 0 ? 0 : 1;

function tell(image: string, side: keyof Pair, key: string, it: Told, pair: Pair): void {
  const why = REASONS.find((reason) => reason.side === side && reason.holds(it, pair))?.why;
  if (why === undefined) unexplained++;
  const who = side === "ours" ? "only ours" : "only syft's";
  differences.push(`${image} ${who} ${key} (${it.paths[0]}): ${why ?? "UNEXPLAINED"}`);
}

async function ourPackages(image: string): Promise<Pair["ours"]> {
  const tree = await withContainer(image, exportedTree);
  return byKey(surveyed(tree, packageSurvey).map((it: Package) => ({ ...it, paths: [it.path] })));
}

async function theirPackages({ path }: Peer, image: string): Promise<Pair["theirs"]> {
  const { stdout } = await execa(path, ["--quiet", "--output", "json", `docker:${image}`], {
    env: { SYFT_CHECK_FOR_APP_UPDATE: "false" },
    maxBuffer: 1 << 30,
  });
  const { artifacts } = JSON.parse(stdout) as { readonly artifacts: readonly Artifact[] };
  return byKey(
    artifacts.flatMap(({ type, name, version, locations }) => {
      const kind = KINDS.get(type);
      const paths = locations.map((it) => (kind === "java" ? it.accessPath : it.path));
      return kind ? [{ kind, name, version, paths }] : [];
    }),
  );
}

interface Artifact {
  readonly type: string;
  readonly name: string;
  readonly version: string;
  readonly locations: readonly { readonly path: string; readonly accessPath: string }[];
}

/** What is installed several times is told once, with all its paths. */
function byKey(told: readonly Told[]): ReadonlyMap<string, Told> {
  const all = new Map<string, Told>();
  for (const it of told) {
    const before = all.get(keyOf(it))?.paths ?? [];
    all.set(keyOf(it), { ...it, paths: [...before, ...it.paths] });
  }
  return all;
}

/** syft names an artifact of Maven without its group. */
function keyOf({ kind, name, version }: Omit<Told, "paths">): string {
  return `${kind} ${kind === "java" ? withoutGroup(name) : name} ${version}`;
}

function withoutGroup(name: string): string {
  return name.slice(name.lastIndexOf(":") + 1);
}

function some(told: ReadonlyMap<string, Told>, holds: (it: Told) => boolean): boolean {
  return [...told.values()].some((it) => it.kind === "java" && holds(it));
}

/** Whether what syft tells is of an archive that we named by its file: with our version, and maybe more behind it. */
function isSameArchive(our: Told, their: Told): boolean {
  const { name, version } = our;
  return (
    their.version.startsWith(version) && their.paths.some((path) => isNamed(path, name, version))
  );
}

/** Whether a path ends in an archive's own name: `NAME-VERSION.jar`, or with a classifier behind. */
function isNamed(path: string, name: string, version: string): boolean {
  const file = path.slice(Math.max(path.lastIndexOf("/"), path.lastIndexOf(":")) + 1);
  const begin = `${withoutGroup(name)}-${version}`;
  return file.startsWith(`${begin}.`) || file.startsWith(`${begin}-`);
}
