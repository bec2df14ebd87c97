import { posix } from "node:path";
import { argvOf, commandFile, isShell, plainWords, runnable, shellLine } from "./argv.ts";
import { STRENGTH, type CauseId, type Evidence, type Finding } from "./evidence.ts";
import { commandLine, envLine, execForm } from "./recipe.ts";

const IDS: Readonly<Record<string, CauseId>> = {
  entrypoint: "changed-command",
  cmd: "changed-command",
  workdir: "changed-workdir",
  user: "changed-user",
  ports: "changed-port",
  stopsignal: "changed-stopsignal",
  platform: "architecture-mismatch",
};

/** A fact of the image's config is its own cause: the instruction that the last stage lacks or has otherwise. */
export function configRules(evidence: Evidence): readonly Finding[] {
  const { difference } = evidence;
  const name = /^config\.(.+)$/s.exec(difference.fact)?.[1];
  if (name === undefined || difference.probe !== "image") return [];
  const strength = STRENGTH.itself;
  const variable = /^env\.(.+)$/s.exec(name)?.[1];
  if (variable !== undefined) {
    const lost = difference.candidate === null;
    const mend = difference.baseline === null ? null : envLine(variable, difference.baseline);
    const told = lost
      ? `the baseline's Dockerfile sets ENV ${variable}, the candidate's last stage does not`
      : `ENV ${variable} is set otherwise`;
    return [{ id: lost ? "lost-env" : "changed-env", evidence: told, mend, strength }];
  }
  if (name === "healthcheck") {
    if (difference.candidate) return [];
    const told = "the baseline has a HEALTHCHECK, the candidate's last stage has none";
    return [{ id: "lost-healthcheck", evidence: told, mend: null, strength }];
  }
  const id = IDS[name];
  if (id === undefined) return [];
  const was = difference.baseline || "nothing";
  const is = difference.candidate || "nothing";
  return [
    {
      id,
      evidence: `${INSTRUCTIONS[name] ?? name} is ${is} in the candidate, ${was} in the baseline`,
      mend: instruction(name, evidence),
      strength,
    },
  ];
}

const INSTRUCTIONS: Readonly<Record<string, string>> = {
  entrypoint: "ENTRYPOINT",
  cmd: "CMD",
  workdir: "WORKDIR",
  user: "USER",
  ports: "EXPOSE",
  stopsignal: "STOPSIGNAL",
  platform: "the platform",
};

function instruction(name: string, evidence: Evidence): string | null {
  const { candidate } = evidence;
  const { config } = evidence.baseline;
  switch (name) {
    case "entrypoint":
      return config.entrypoint && commandLine("ENTRYPOINT", runnable(evidence, config.entrypoint));
    case "cmd":
      return config.cmd && commandLine("CMD", runnable(evidence, config.cmd));
    case "workdir":
      return `WORKDIR ${config.workdir}`;
    case "user":
      return `USER ${config.user || "root"}`;
    case "ports":
      return config.ports.length > 0 ? `EXPOSE ${config.ports.join(" ")}` : null;
    case "stopsignal":
      return config.stopsignal ? `STOPSIGNAL ${config.stopsignal}` : null;
    case "platform":
      return `--platform=${config.platform}, not ${candidate.config.platform}`;
    default:
      return null;
  }
}

/** How a container is stopped and ends: what process 1 is, and which signal it gets. */
export function processRules(evidence: Evidence): readonly Finding[] {
  const { difference, baseline, candidate, probe } = evidence;
  const stopping = probe?.kind === "stop";
  const findings: Finding[] = [];
  const [theirs, ours] = [baseline.config.stopsignal, candidate.config.stopsignal];
  if (stopping && probe.signal === null && theirs !== ours)
    findings.push({
      id: "changed-stopsignal",
      evidence: `STOPSIGNAL is ${ours ?? "not set"} in the candidate, ${theirs ?? "not set"} in the baseline`,
      mend: theirs ? `STOPSIGNAL ${theirs}` : null,
      strength: STRENGTH.itself,
    });
  if (!stopping && difference.fact !== "exit.code") return findings;
  const [theirArgv, ourArgv] = withoutEntrypoint(
    argvOf(evidence, baseline),
    argvOf(evidence, candidate),
  );
  const wrapper = wrapperOf(evidence, candidate, ourArgv);
  const before = wrapperOf(evidence, baseline, theirArgv);
  // A script that the baseline has as well may still be wrapped once more, by a line for a shell.
  if (wrapper === null || (before !== null && (wrapper.script || !before.script))) return findings;
  const mend = `${wrapper.script ? "begin the last line of the script with exec" : "write it in exec form"}, or ${
    candidate.config.entrypoint && ourArgv.length === argvOf(evidence, candidate).length
      ? "ENTRYPOINT"
      : "CMD"
  } ${execForm(theirArgv)}`;
  if (stopping)
    findings.push({
      id: "signal-not-forwarded",
      evidence: `process 1 of the candidate is ${wrapper.name}, which keeps signals to itself; in the baseline it is ${theirArgv[0]}`,
      mend,
      strength: STRENGTH.kind,
    });
  else if (Number(difference.candidate) < 125)
    findings.push({
      id: "exit-code-swallowed",
      evidence: `the candidate's exit code is that of ${wrapper.name}, the baseline's is that of ${theirArgv[0]} itself`,
      mend: mend.replace("begin", "end the script with the program's own code: begin"),
      strength: STRENGTH.kind,
    });
  return findings;
}

/** What an ENTRYPOINT that both have is given: such a script ends by becoming it (`exec "$@"`). */
function withoutEntrypoint(
  theirs: readonly string[],
  ours: readonly string[],
): readonly [readonly string[], readonly string[]] {
  const shared = theirs.length > 1 && ours.length > 1 && theirs[0] === ours[0];
  return shared && theirs[0]?.endsWith(".sh") ? [theirs.slice(1), ours.slice(1)] : [theirs, ours];
}

/** Tools that start what package.json says in a shell of their own, and stay process 1 (npm's `run-script`). */
const STARTERS = new Set(["npm", "npx", "yarn", "pnpm", "bun"]);

/** What stands between process 1 and the program: a shell, a shell script, a starter; null when nothing does. */
function wrapperOf(
  evidence: Evidence,
  side: Evidence["candidate"],
  argv: readonly string[],
): { readonly name: string; readonly script: boolean } | null {
  const [command] = argv;
  if (command === undefined) return null;
  const line = shellLine(argv);
  // dash and bash become the command that they are given when it is the only one.
  if (line !== null)
    return /[;&|\n]/.test(line) ? { name: `a shell (${command} -c)`, script: false } : null;
  const starter = posix.basename(command);
  if (STARTERS.has(starter)) return { name: starter, script: false };
  const script = isShell(command)
    ? argv.find((word, at) => at > 0 && !word.startsWith("-"))
    : command;
  if (isShell(command)) return { name: `a shell script (${script ?? command})`, script: true };
  const found = commandFile(evidence, side, command);
  const interpreter = found?.node.inode.content?.interpreter;
  if (interpreter === undefined || !interpreter.split(/\s+/).some(isShell)) return null;
  return { name: `a shell script (${command})`, script: true };
}

/** Another command line: arguments that are not the baseline's, or an inherited ENTRYPOINT in front of them. */
export function commandLineRules(evidence: Evidence): readonly Finding[] {
  const { difference, baseline, candidate, probe } = evidence;
  if (difference.probe === "image" || probe?.kind === "exec") return [];
  const [theirs, ours] = [argvOf(evidence, baseline), argvOf(evidence, candidate)];
  const plain = (side: Evidence["candidate"], argv: readonly string[]): string => {
    const line = shellLine(argv);
    const [command = "", ...rest] = (line === null ? null : plainWords(line)) ?? argv;
    const found = commandFile(evidence, side, command);
    return execForm([posix.basename(found?.path ?? command), ...rest]);
  };
  if (ours.length === 0 || plain(baseline, theirs) === plain(candidate, ours)) return [];
  return [
    {
      id: "changed-command",
      evidence: `the candidate runs ${execForm(ours)}, the baseline ${execForm(theirs)}`,
      mend: baseline.config.entrypoint
        ? `${commandLine("ENTRYPOINT", runnable(evidence, baseline.config.entrypoint))} and CMD ${execForm(baseline.config.cmd ?? [])}`
        : `${candidate.config.entrypoint ? "ENTRYPOINT [] and " : ""}${commandLine("CMD", runnable(evidence, theirs))}`,
      strength: STRENGTH.value - 5,
    },
  ];
}
