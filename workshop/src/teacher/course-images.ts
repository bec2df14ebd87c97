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
