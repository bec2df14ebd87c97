import { resolve, walk, type Place } from "../measure/tree/tree.ts";
import type { Package } from "../model/anatomy.ts";
import { argvOf, commandFile, shellLine } from "./argv.ts";
import { mentions } from "./clues.ts";
import { STRENGTH, type Evidence, type Finding } from "./evidence.ts";
import { userOf } from "./message-rules.ts";
import { copyLine } from "./recipe.ts";
import { isSystem } from "./system.ts";

/** Facts of files: the fact says itself what is not the same. */
export function fileRules({ difference, baseline, candidate }: Evidence): readonly Finding[] {
  const path = /^files\.(\/.*)$/s.exec(difference.fact)?.[1];
  if (path === undefined) return [];
  const strength = STRENGTH.itself;
  const [was, is] = [fields(difference.baseline), fields(difference.candidate)];
  const mend = copyLine(baseline, candidate, path);
  if (is.kind === null && was.kind !== null)
    return [
      {
        id: "missing-file",
        evidence: `${path} is in the baseline and not in the candidate`,
        mend,
        strength,
      },
    ];
  if (was.kind === null && is.kind !== null)
    return [
      {
        id: "changed-file",
        evidence: `${path} is in the candidate and not in the baseline`,
        mend: /\.pyc$|\/__pycache__(?:\/|$)/.test(path)
          ? "ENV PYTHONDONTWRITEBYTECODE=1 before the RUN that starts Python, or run that in a stage of its own"
          : "copy by name what the last stage needs, or name in .dockerignore what it does not",
        strength,
      },
    ];
  if (was.content !== is.content || was.kind !== is.kind)
    return [
      {
        id: "changed-file",
        evidence: `${path} has other content in the candidate`,
        mend,
        strength,
      },
    ];
  const lost =
    (Number.parseInt(was.mode, 8) & 0o111) !== 0 && (Number.parseInt(is.mode, 8) & 0o111) === 0;
  if (lost)
    return [
      {
        id: "not-executable",
        evidence: `${path} has mode ${is.mode} in the candidate, ${was.mode} in the baseline`,
        mend: `COPY --chmod=${was.mode.slice(-3)} …`,
        strength,
      },
    ];
  return [
    {
      id: "changed-file",
      evidence: `${path} has mode ${is.mode} and owner ${is.owner} in the candidate, ${was.mode} and ${was.owner} in the baseline`,
      mend: copyLine(
        baseline,
        candidate,
        path,
        path,
        `--chmod=${was.mode.slice(-3)} --chown=${was.owner} `,
      ),
      strength,
    },
  ];
}

/** A files fact's value as drive/files.ts writes it. */
function fields(value: string | null): {
  readonly kind: string | null;
  readonly mode: string;
  readonly owner: string;
  readonly content: string;
} {
  const lines = (value ?? "absent").split("\n");
  const field = (name: string): string =>
    lines.find((line) => line.startsWith(`${name} `))?.slice(name.length + 1) ?? "";
  const content = `${field("sha256")}${field("target")}`;
  const kind = lines[0] === "absent" ? null : (lines[0] ?? null);
  return { kind, mode: field("mode"), owner: field("owner"), content };
}

/** The working folder, the user: what a program prints of them. */
export function situationRules(evidence: Evidence): readonly Finding[] {
  const { baseline, candidate, difference } = evidence;
  if (difference.probe === "image") return [];
  const [gone, come] = [evidence.said.gone.join("\n"), evidence.said.came.join("\n")];
  const findings: Finding[] = [];
  const [was, is] = [baseline.config.workdir, candidate.config.workdir];
  if (was !== is)
    findings.push({
      id: "changed-workdir",
      evidence: `WORKDIR is ${is} in the candidate, ${was} in the baseline`,
      mend: `WORKDIR ${was}`,
      strength:
        was.length > 1 && mentions(gone, was) && !mentions(come, was)
          ? STRENGTH.value
          : STRENGTH.possible,
    });
  const [theirs, ours] = [userOf(evidence, baseline), userOf(evidence, candidate)];
  if (theirs !== ours)
    findings.push({
      id: "changed-user",
      evidence: `the candidate runs as ${candidate.config.user || "root"} (${ours}), the baseline as ${baseline.config.user || "root"} (${theirs})`,
      mend: `USER ${baseline.config.user || "root"}`,
      strength:
        mentions(gone, String(theirs)) && mentions(come, String(ours))
          ? STRENGTH.value - 5
          : STRENGTH.possible,
    });
  return findings;
}

/** The same package in another version. */
export function versionRules(evidence: Evidence): readonly Finding[] {
  const { baseline, candidate, difference } = evidence;
  if (difference.probe === "image") return [];
  const [gone, come] = [evidence.said.gone.join("\n"), evidence.said.came.join("\n")];
  const ours = versions(candidate.packages);
  const program = programOf(evidence, "candidate")?.path;
  const findings: Finding[] = [];
  for (const [key, theirs] of versions(baseline.packages)) {
    const its = ours.get(key);
    if (!its || theirs.version === its.version) continue;
    const { kind, name } = theirs;
    const shown =
      (mentions(gone, theirs.version) && mentions(come, its.version)) || mentions(come, name);
    // What the system is made of differs between two base images in hundreds of places.
    const weight =
      kind === "deb" || kind === "apk" || kind === "rpm" ? STRENGTH.possible - 10 : STRENGTH.likely;
    findings.push({
      id: "version-drift",
      evidence: `${name} (${kind}) is ${its.version} in the candidate, ${theirs.version} in the baseline`,
      mend: "pin the version: a lock file that both builds install from, or one build stage for both",
      strength: shown ? STRENGTH.named - 5 : its.path === program ? STRENGTH.value - 10 : weight,
    });
  }
  return findings.sort((a, b) => b.strength - a.strength).slice(0, 5);
}

const INSTALLED = /\/(?:site-packages|dist-packages|node_modules)\//;

/** By kind and name, those that are installed in one version only. */
function versions(packages: readonly Package[]): ReadonlyMap<string, Package> {
  const found = new Map<string, Package>();
  const several = new Set<string>();
  for (const it of packages) {
    // A wheel or a source that lies about is not installed.
    if ((it.kind === "python" || it.kind === "node") && !INSTALLED.test(it.path)) continue;
    const key = `${it.kind} ${it.name}`;
    if (found.has(key) && found.get(key)?.version !== it.version) several.add(key);
    found.set(key, it);
  }
  for (const key of several) found.delete(key);
  return found;
}

/** The program itself, and the application's files beside it, are not the baseline's. */
export function artifactRules(evidence: Evidence): readonly Finding[] {
  const { baseline, candidate, difference } = evidence;
  if (difference.probe === "image") return [];
  const [theirs, ours] = [programOf(evidence, "baseline"), programOf(evidence, "candidate")];
  const findings: Finding[] = [];
  const compiled = theirs?.node.inode.content?.elf && ours?.node.inode.content?.elf;
  if (
    theirs &&
    ours &&
    compiled &&
    !isSystem(ours.path) &&
    !INTERPRETER.test(ours.path) &&
    theirs.node.inode.hash !== ours.node.inode.hash
  )
    findings.push({
      id: "stale-artifact",
      evidence: `${ours.path} in the candidate is not the program that the baseline runs (${theirs.path}): it was built from other sources, or otherwise`,
      mend: "build it once, in a stage that both images copy it from",
      strength: STRENGTH.likely + 5,
    });
  const [was, is] = [theirs, ours].map((it) => it?.node.inode.content?.elf?.machine);
  if (theirs && ours && was !== undefined && is !== undefined && was !== is)
    findings.push({
      id: "architecture-mismatch",
      evidence: `${ours.path} is a program for ${is}, the baseline's ${theirs.path} for ${was}`,
      mend: "build both for one platform (GOARCH, --platform, TARGETARCH)",
      strength: STRENGTH.value - 5,
    });
  const home = baseline.config.workdir;
  if (home.length < 2 || home !== candidate.config.workdir) return findings;
  const folder = resolve(baseline.tree, home)?.node;
  if (!folder?.children) return findings;
  for (const { path, node } of walk({ ...folder, children: folder.children })) {
    if (node.inode.kind !== "file" || isSystem(`${home}${path}`)) continue;
    const whole = `${home}${path}`;
    const other = resolve(candidate.tree, whole)?.node.inode;
    if (other?.hash === node.inode.hash || node === theirs?.node) continue;
    const artifact =
      node.inode.content?.elf !== undefined ||
      /\.(?:jar|war|dll|wasm|pyc)$|\/(?:dist|build|static)\//.test(whole);
    if (other)
      findings.push({
        id: artifact ? "stale-artifact" : "changed-file",
        evidence: `${whole} has other content in the candidate`,
        mend: copyLine(baseline, candidate, whole),
        strength: artifact ? STRENGTH.likely + 5 : STRENGTH.likely + 10,
      });
    else
      findings.push({
        id: "missing-file",
        evidence: `${whole} is in the baseline and not in the candidate`,
        mend: copyLine(baseline, candidate, whole),
        strength: UNREAD.test(whole) ? 0 : STRENGTH.possible,
      });
  }
  return findings
    .filter((it) => it.strength > 0)
    .sort((a, b) => b.strength - a.strength)
    .slice(0, 5);
}

/** What runs a program, and is none of the application's. */
const INTERPRETER = /\/(?:python|node|ruby|java|perl|php|deno|bun|lua)[\d.]*$/;

/** Files that people and builds read, and programs do not. */
const UNREAD =
  /\.(?:md|rst|adoc|go|c|h|cc|cpp|rs|java|ts)$|LICENSE|Dockerfile|requirements|go\.(?:mod|sum)$|\/(?:parity|expected)\.ya?ml$/;

/** What a side's container runs: the file of its command, or of the only command of its shell form. */
function programOf(evidence: Evidence, which: "baseline" | "candidate"): Place | null {
  const side = evidence[which];
  const argv = argvOf(evidence, side);
  const command = shellLine(argv)?.trim().split(/\s+/)[0] ?? argv[0];
  return command === undefined ? null : commandFile(evidence, side, command);
}
