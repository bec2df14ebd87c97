import { access, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Exercise } from "../course/exercise.ts";
import type { Fault } from "./finding.ts";

/** Words of an exercise's README.md, code blocks aside. */
const MOST_WORDS = 300;

/** Whether an exercise's README.md has its headings, is short, and its links lead somewhere. */
export async function readmeFaults(exercise: Exercise): Promise<readonly Fault[]> {
  const fault = (message: string): Fault => ({ of: exercise.name, about: "readme", message });
  const text = await readFile(join(exercise.folder, "README.md"), "utf8").catch(() => null);
  if (text === null) return [fault("README.md is missing")];
  return [...formFaults(text, exercise), ...(await linkFaults(text, exercise.folder))].map(fault);
}

/** What is wrong with a text's headings and length. */
export function formFaults(
  text: string,
  { number, title }: Pick<Exercise, "number" | "title">,
): readonly string[] {
  const prose = withoutCode(text);
  const headings = prose.split("\n").filter((it) => it.startsWith("#"));
  const words = prose.split(/\s+/).filter((it) => /\p{L}|\p{N}/u.test(it)).length;
  const first = `# ${number}. ${title}`;
  return [
    ...(headings[0] === first && prose.startsWith(first)
      ? []
      : [`the first line is not ${JSON.stringify(first)}`]),
    ...["## Goal", "## Measure"].flatMap((it) =>
      headings.includes(it) ? [] : [`no heading ${it}`],
    ),
    ...(words < MOST_WORDS ? [] : [`${words} words; fewer than ${MOST_WORDS} are read`]),
  ];
}

/** Links to files that are not there. Those to the web are not followed: a course runs without one. */
async function linkFaults(text: string, folder: string): Promise<readonly string[]> {
  const targets = [...withoutCode(text).matchAll(/\]\(([^)\s]+)\)/g)].map(([, it]) => it ?? "");
  const found = await Promise.all(
    targets.map(async (target) => {
      if (/^https:\/\/[\w.-]+\.\w/.test(target) || target.startsWith("#")) return null;
      if (/^[a-z]+:/.test(target)) return `the link ${target} is neither a file nor https`;
      const path = join(folder, decodeURI(target.replace(/#.*$/, "")));
      return await access(path).then(
        () => null,
        () => `the link ${target} leads nowhere`,
      );
    }),
  );
  return found.filter((it) => it !== null);
}

/** Without fenced blocks. */
export function withoutCode(text: string): string {
  return text.replaceAll(/^```[\s\S]*?^```$/gm, "");
}
