import { readdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { loadContract, readDockerfile } from "slimproof";
import { basesFolder, courseBases } from "../bases/prepare.ts";
import { COURSE, loadCourse } from "../course/load.ts";

/**
 * Every image that the course starts from, sorted: bases in Dockerfiles of exercises and solutions, services of
 * contracts, and the bases that the course makes itself with what those are built on.
 */
export async function courseImages(folder: string = COURSE): Promise<readonly string[]> {
  const root = dirname(folder);
  const own = await courseBases();
  const texts = await Promise.all(
    [folder, join(root, "solutions"), basesFolder].map(dockerfilesIn),
  );
  const bases = texts.flat().flatMap((text) => readDockerfile(text, {}).bases);
  const contracts = await Promise.all(
    (await loadCourse(folder)).map((exercise) => loadContract(exercise.folder)),
  );
  const services = contracts.flatMap((it) => it.services.map(({ image }) => image));
  return [...new Set([...bases, ...services, ...own.map(({ tag }) => tag)])].sort();
}

/**
 * Images that only texts name, as READMEs and hints offer them to try, sorted: `gcr.io/distroless/base-debian13`. Only
 * those count that name their registry, for `python` alone may be anything.
 */
export async function offeredImages(folder: string = COURSE): Promise<readonly string[]> {
  const course = await loadCourse(folder);
  const texts = await Promise.all(
    course.flatMap((it) =>
      ["README.md", "exercise.yaml"].map((name) =>
        readFile(join(it.folder, name), "utf8").catch(() => ""),
      ),
    ),
  );
  const known = await courseImages(folder);
  const named = texts.flatMap((text) => imagesIn(text));
  return [...new Set(named)].filter((it) => !known.includes(it)).sort();
}

/** References with a registry in a text: not addresses of the web, no full stop at the end. */
export function imagesIn(text: string): readonly string[] {
  const reference =
    /(?<![\w/.:@-])[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}\/[a-z0-9_-]+\/[a-z0-9_-]+(?:[./][a-z0-9_-]+)*(?::[a-z0-9]+(?:[._-][a-z0-9]+)*)?/g;
  return [...text.matchAll(reference)].map(([it]) => it);
}

async function dockerfilesIn(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((it) => it.isFile() && /^Dockerfile(?:\.|$)/.test(it.name));
  return await Promise.all(files.map((it) => readFile(join(it.parentPath, it.name), "utf8")));
}

/** Ports of the course's services, sorted: what a learner publishes when trying one by hand. */
export async function coursePorts(folder: string = COURSE): Promise<readonly number[]> {
  const contracts = await Promise.all(
    (await loadCourse(folder)).map((exercise) => loadContract(exercise.folder)),
  );
  const ports = contracts.flatMap(({ probes }) =>
    probes.flatMap((it) => (it.kind === "http" || it.kind === "tcp" ? [it.port] : [])),
  );
  return [...new Set(ports)].sort((a, b) => a - b);
}
