/** The learner's folder beside the course's: what was edited, and what should not have been. */
import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import type { Exercise } from "../../course/exercise.ts";
import { givenFiles, readOrNull } from "../../desk/files.ts";

export interface Folder {
  /** Whether every file to edit is as the course has it. */
  readonly isStarter: boolean;
  /** What is not as the course has it though it is not to be edited, as a sentence; null when nothing is. */
  readonly foreign: string | null;
  /** The Dockerfile, empty when it is missing. */
  readonly text: string;
  /** Whether it has such a file or folder; with a slash at its end, whether it is a folder. */
  readonly isThere: (path: string) => boolean;
}

/** Files of a learner's that nothing reads: the judge takes the course's, so that a change of them changes nothing. */
const COURSES_OWN = new Set(["README.md", "parity.yaml", "Dockerfile.single"]);

/** Looks at the folder as it is now. */
export async function lookAt(
  { folder: course, edit }: Pick<Exercise, "folder" | "edit">,
  folder: string,
): Promise<Folder> {
  let isStarter = true;
  for (const file of edit) isStarter &&= (await changeOf(course, folder, file)) === null;
  const text = (await readOrNull(join(folder, edit[0] ?? "Dockerfile")))?.toString("utf8") ?? "";
  const isThere = (path: string): boolean => existsSync(join(folder, path));
  return { isStarter, foreign: await foreignOf(course, folder, edit), text, isThere };
}

/** What a learner adds is none of its affair, unlike of `isAsGiven`'s. */
async function foreignOf(
  course: string,
  folder: string,
  edit: readonly string[],
): Promise<string | null> {
  const given = await givenFiles({ folder: course });
  for (const file of given.filter((it) => !edit.includes(it) && !COURSES_OWN.has(basename(it)))) {
    const change = await changeOf(course, folder, file);
    if (change !== null)
      return `${file} is not as the course has it: ${change}. Put that back first: the judge compares with the course's, and what is to be edited is ${edit.join(", ")} (reset brings back the whole folder, and keeps yours beside it).`;
  }
  return null;
}

/** What is other in a file than in the course's; null when nothing is. */
async function changeOf(course: string, folder: string, file: string): Promise<string | null> {
  const [given, own] = await Promise.all(
    [course, folder].map(async (it) => await readOrNull(join(it, file))),
  );
  if (!given || (own && given.equals(own))) return null;
  if (!own) return "it is missing";
  const [before, now] = [given, own].map((it) => it.toString("utf8").split("\n")) as [
    string[],
    string[],
  ];
  const at = now.findIndex((it, line) => it !== before[line]);
  const [was, is] = [before[at]?.trim(), now[at]?.trim()];
  if (at === -1 || was === undefined) return "it has lines of its own, or lacks some";
  if (was === is || was === "" || is === "" || `${was}${is}`.length > 160)
    return `line ${at + 1} is another`;
  return `line ${at + 1} reads \`${is}\`, the course's \`${was}\``;
}
