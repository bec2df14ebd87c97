import { resolve } from "../measure/tree/tree.ts";
import { commandFile, isShell } from "./argv.ts";
import { named, says } from "./clues.ts";
import { STRENGTH, type Evidence, type Finding } from "./evidence.ts";
import { copyLine } from "./recipe.ts";

/** How shells, runtimes and env(1) say that there is no command of a name. */
export const WANTED_COMMANDS: readonly RegExp[] = [
  /(?:^|: )(?:line )?\d*:? ?([\w./+-]+): (?:command )?not found/g,
  /exec: "([^"]+)": (?:executable file not found|stat )/g,
  /fork\/exec ([^\s:]+): no such file/g,
  /spawn(?:Sync)? (\S+) ENOENT/g,
  /\[Errno 2\] No such file or directory: '([^'/]+)'/g,
  /exec: ([\w./+-]+): not found/g,
  /env: [‘'"]?([\w./+-]+)[’'"]?: No such file/g,
];

/** Programs that the candidate's program wanted to run. */
export function commandRules(evidence: Evidence): readonly Finding[] {
  const { baseline, candidate } = evidence;
  const names = named(evidence.said.came, ...WANTED_COMMANDS);
  return names.flatMap((name): readonly Finding[] => {
    const theirs = commandFile(evidence, baseline, name);
    if (!theirs || commandFile(evidence, candidate, name)) return [];
    return [
      {
        id: isShell(name) ? "missing-shell" : "missing-file",
        evidence: `the candidate's program runs ${name}, which the baseline has at ${theirs.path} and the candidate does not`,
        mend: isShell(name)
          ? "a base image with that shell, or a program that does without"
          : `install it in the last stage, or ${copyLine(baseline, candidate, theirs.path)} with the libraries it needs`,
        strength: STRENGTH.named,
      },
    ];
  });
}

/** The number of the user that a side runs as. */
export function userOf({ run }: Evidence, side: Evidence["candidate"]): number {
  const name = (run.user ?? side.config.user).split(":")[0] ?? "";
  if (name === "") return 0;
  if (/^\d+$/.test(name)) return Number(name);
  const users = resolve(side.tree, "/etc/passwd")?.node.inode.content?.users ?? [];
  return users.find((it) => it.name === name)?.uid ?? 0;
}

/** Programs that ask who they are, in an image that does not know its own user. */
export function userRules(evidence: Evidence): readonly Finding[] {
  const { baseline, candidate } = evidence;
  const lines = evidence.said.came;
  if (
    !says(
      lines,
      /unable to find user|no matching entries in passwd|uid not found|unknown user ?id|cannot find name for|I have no name|getpwuid|user: unknown|no such user|HOME.* not (?:set|defined)/i,
    )
  )
    return [];
  const known = (side: Evidence["candidate"]): boolean =>
    (resolve(side.tree, "/etc/passwd")?.node.inode.content?.users ?? []).some(
      (it) => it.uid === userOf(evidence, side),
    );
  if (known(candidate) || !known(baseline)) return [];
  const passwd = resolve(candidate.tree, "/etc/passwd") ? "does not list it" : "is not there";
  return [
    {
      id: "missing-user",
      evidence: `the candidate runs as user ${userOf(evidence, candidate)}, and its /etc/passwd ${passwd}; the baseline's lists its own`,
      mend: copyLine(baseline, candidate, "/etc/passwd"),
      strength: STRENGTH.named + 5,
    },
  ];
}
