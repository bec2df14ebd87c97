import { posix } from "node:path";
import { missingParts } from "../measure/binaries/missing.ts";
import { resolve, walk, type Place } from "../measure/tree/tree.ts";
import {
  absolutePath,
  argvOf,
  commandFile,
  commandPath,
  danglingLink,
  isShell,
  plainWords,
  runnable,
  shellLine,
  variable,
} from "./argv.ts";
import { STRENGTH, type Evidence, type Finding, type Side } from "./evidence.ts";
import { libraryProblem } from "./library-rules.ts";
import { outermost } from "./path-rules.ts";
import { commandLine, copyLine, execForm, octal } from "./recipe.ts";

type Problem = Omit<Finding, "strength">;

/** A script may be run by a script; the kernel follows five of them (execve(2)). */
const MOST_INTERPRETERS = 5;

/** What keeps the candidate's program from being started at all, where the baseline's can be. */
export function programRules(evidence: Evidence): readonly Finding[] {
  const { difference, baseline, candidate } = evidence;
  if (difference.probe === "image") return [];
  const ours = argvOf(evidence, candidate);
  const theirs = argvOf(evidence, baseline);
  if (ours.length === 0)
    return theirs.length === 0
      ? []
      : [
          {
            id: "changed-command",
            evidence: `the candidate has neither CMD nor ENTRYPOINT, the baseline runs ${execForm(theirs)}`,
            mend: commandLine("CMD", runnable(evidence, theirs)),
            strength: STRENGTH.start,
          },
        ];
  const problem = problemOf(evidence, candidate, ours);
  // What the baseline has to live with as well explains nothing.
  if (problem === null || problemOf(evidence, baseline, theirs)?.id === problem.id) return [];
  return [{ ...problem, strength: STRENGTH.start }];
}

function problemOf(evidence: Evidence, side: Side, argv: readonly string[]): Problem | null {
  const [command = ""] = argv;
  const line = shellLine(argv);
  const user = missingUser(evidence, side);
  if (user !== null) return user;
  const found = commandFile(evidence, side, command);
  if (found === null)
    return line === null ? noFile(evidence, side, command) : noShell(evidence, argv, line);
  const problem = fileProblem(evidence, side, found);
  if (problem !== null || line === null) return problem;
  // A shell that is there still has to find what it is told to run.
  const first = firstWord(line);
  if (first === null) return null;
  const inner = commandFile(evidence, side, first);
  if (inner !== null) return fileProblem(evidence, side, inner);
  return commandFile(evidence, evidence.baseline, first) ? noFile(evidence, side, first) : null;
}

/** The command that a simple shell line begins with; null where it would take a shell to tell. */
function firstWord(line: string): string | null {
  const word = /^\s*(?:exec\s+)?([\w./+-]+)(?:\s|$)/.exec(line)?.[1] ?? null;
  return word === null || BUILTINS.has(word) ? null : word;
}

const BUILTINS = new Set([
  ".",
  ":",
  "[",
  "cd",
  "command",
  "echo",
  "eval",
  "exec",
  "exit",
  "export",
  "false",
  "for",
  "if",
  "printf",
  "read",
  "set",
  "source",
  "test",
  "trap",
  "true",
  "type",
  "ulimit",
  "umask",
  "unset",
  "until",
  "wait",
  "while",
]);

/** USER by a name that passwd does not list; a number needs no entry. */
function missingUser({ run }: Evidence, side: Side): Problem | null {
  const name = (run.user ?? side.config.user).split(":")[0] ?? "";
  if (name === "" || name === "root" || /^\d+$/.test(name)) return null;
  const passwd = resolve(side.tree, "/etc/passwd")?.node.inode;
  const users = passwd?.content?.users;
  if (passwd !== undefined && (users === undefined || users.some((it) => it.name === name)))
    return null;
  return {
    id: "missing-user",
    evidence: `the candidate runs as ${name}, and ${passwd ? "its /etc/passwd does not list that name" : "has no /etc/passwd"}`,
    mend: "USER with a number (USER 65532:65532), or COPY the builder's /etc/passwd",
  };
}

function noShell(
  { baseline, candidate }: Evidence,
  argv: readonly string[],
  line: string,
): Problem {
  const words = plainWords(line);
  return {
    id: "missing-shell",
    evidence: `the command is in shell form (${execForm(argv)}), and the candidate has no ${argv[0]}`,
    mend: words
      ? `${candidate.config.entrypoint ? "ENTRYPOINT" : "CMD"} ${execForm(words)}`
      : `exec form without variables and operators, or ${copyLine(baseline, candidate, argv[0] ?? "/bin/sh")} with its libraries`,
  };
}

function noFile(evidence: Evidence, side: Side, command: string): Problem {
  const { baseline, candidate } = evidence;
  const dangling = danglingLink(evidence, side, command);
  if (dangling) {
    const { target } = dangling.node.inode;
    return {
      id: "missing-file",
      evidence: `${dangling.path} is a link to ${target}, which the candidate lacks`,
      mend: `have the program that the link leads to at ${target}: the same base image, or the folder made in it`,
    };
  }
  const place = command.includes("/") ? absolutePath(side, command) : command;
  const original = commandFile(evidence, baseline, command);
  if (isShell(command))
    return {
      id: "missing-shell",
      evidence: `the candidate runs ${command} and has none`,
      mend: "exec form of the program itself, or a base image with a shell",
    };
  const name = original && commandPath(evidence, baseline, command);
  if (name !== null && resolve(candidate.tree, name)?.node.inode.kind === "file")
    return notLookedFor(evidence, command, name);
  const whole = name && outermost(evidence, name);
  const runs = `the candidate runs ${command}, and there is no`;
  // What a link leads to is no copy of the program that lies elsewhere.
  const elsewhere = original && original.path === name ? sameFile(candidate, original) : null;
  const mend = whole && copyLine(baseline, candidate, whole);
  if (elsewhere === null && whole !== name)
    return { id: "missing-file", evidence: `${runs} folder ${whole}`, mend };
  return {
    id: "missing-file",
    evidence: `${runs} ${place}${command.includes("/") ? "" : " in its PATH"}${elsewhere ? `; the baseline's lies at ${elsewhere} there` : ""}`,
    mend: elsewhere ? `run ${elsewhere}, or copy it to ${name}` : mend,
  };
}

/** The candidate has the program where the baseline has it, and is not led there. */
function notLookedFor({ baseline, candidate }: Evidence, command: string, name: string): Problem {
  const [was, is] = [baseline.config.workdir || "/", candidate.config.workdir || "/"];
  if (command.includes("/"))
    return {
      id: "changed-workdir",
      evidence: `the candidate runs ${command} in ${is}, and it lies at ${name}: WORKDIR is ${was} in the baseline`,
      mend: `WORKDIR ${was}`,
    };
  return {
    id: "missing-file",
    evidence: `the candidate runs ${command}, which is not in its PATH and lies at ${name}`,
    mend: `run ${name}`,
  };
}

/** Where a file of the same content, or else of the same name, lies in the candidate. */
function sameFile({ tree }: Side, { path, node }: Place): string | null {
  const name = posix.basename(path);
  let named: string | null = null;
  for (const place of walk(tree)) {
    if (place.node.inode.kind !== "file") continue;
    if (node.inode.size > 0 && place.node.inode.hash === node.inode.hash) return place.path;
    if (posix.basename(place.path) === name) named ??= place.path;
  }
  return named;
}

/** What keeps a file that is there from being run. */
export function fileProblem(
  evidence: Evidence,
  side: Side,
  file: Place,
  depth: number = 0,
): Problem | null {
  const { inode } = file.node;
  const { path } = file;
  if ((inode.mode & 0o111) === 0)
    return {
      id: "not-executable",
      evidence: `${path} has mode ${octal(inode.mode)} in the candidate: nobody may execute it`,
      mend: `COPY --chmod=755 …, or RUN chmod +x before it is copied`,
    };
  const elf = inode.content?.elf;
  if (elf) {
    if (!runsOn(elf.machine, side.config.platform))
      return {
        id: "architecture-mismatch",
        evidence: `${path} is a program for ${elf.machine}, the image is for ${side.config.platform}`,
        mend: "build it for the platform of the image (GOARCH, --platform, TARGETARCH)",
      };
    const searched = variable(evidence, side, "LD_LIBRARY_PATH")?.split(":") ?? [];
    const parts = missingParts(side.tree, path, searched);
    const loader = parts.find((it) => it.kind === "loader");
    const go = inode.content?.packages?.some(({ kind }) => kind === "go") ?? false;
    if (loader)
      return {
        id: "missing-loader",
        evidence: `${path} asks for ${loader.needs}, which the candidate lacks`,
        mend: go
          ? "build with CGO_ENABLED=0, or use a last stage that has a C library (gcr.io/distroless/base-debian13)"
          : `link it statically, or use a last stage that has a C library`,
      };
    const names = parts.map(({ needs }) => needs);
    const [library] = parts;
    return library ? libraryProblem(evidence, side, library, names) : null;
  }
  const interpreter = inode.content?.interpreter;
  if (interpreter === undefined || depth === MOST_INTERPRETERS) return null;
  return interpreterProblem(evidence, side, path, interpreter, depth);
}

function interpreterProblem(
  evidence: Evidence,
  side: Side,
  script: string,
  interpreter: string,
  depth: number,
): Problem | null {
  const words = interpreter.split(/[ \t]+/);
  const [first = ""] = words;
  if (interpreter.endsWith("\r"))
    return {
      id: "broken-shebang",
      evidence: `the first line of ${script} ends with a carriage return, so that it asks for an interpreter of that name`,
      mend: "RUN sed -i 's/\\r$//' on the script, or a .gitattributes with eol=lf",
    };
  const found = commandFile(evidence, side, first);
  if (found === null) {
    const dangling = danglingLink(evidence, side, first);
    const lack = dangling
      ? `, a link to ${dangling.node.inode.target}, which is not there`
      : ", which is not there";
    return {
      id: isShell(first) ? "missing-shell" : "broken-shebang",
      evidence: `${script} is a script for ${first}${lack}`,
      mend: isShell(first)
        ? "a base image with that shell, or the program itself as the command"
        : `have the interpreter at ${first}: make the folder where it will lie in the last stage, or run the interpreter itself (python -m …)`,
    };
  }
  if (!/(?:^|\/)env$/.test(first)) return fileProblem(evidence, side, found, depth + 1);
  const command = words.slice(1).find((word) => !word.startsWith("-") && !word.includes("="));
  if (command === undefined) return null;
  const inner = commandFile(evidence, side, command);
  if (inner !== null) return fileProblem(evidence, side, inner, depth + 1);
  return {
    id: isShell(command) ? "missing-shell" : "broken-shebang",
    evidence: `${script} is a script for ${command}, which the candidate's PATH does not lead to`,
    mend: null,
  };
}

/** Machines that an image's platform runs; x86-64 runs 32-bit programs as well. */
const MACHINES: Readonly<Record<string, readonly string[]>> = {
  amd64: ["x86-64", "i386"],
  arm64: ["aarch64"],
  arm: ["arm"],
  "386": ["i386"],
  riscv64: ["riscv"],
  ppc64le: ["ppc64"],
  s390x: ["s390"],
};

function runsOn(machine: string, platform: string): boolean {
  const known = MACHINES[platform.split("/")[1] ?? ""];
  return known === undefined || known.includes(machine);
}
