/** A file system given as entries of a tar, and what is found in it. */
import { Buffer } from "node:buffer";
import { readTree } from "../../../src/measure/anatomy.ts";
import { surfaceSurvey, type Surface } from "../../../src/measure/surface/surface.ts";
import { surveyed } from "../../../src/measure/tree/survey.ts";
import { chunks } from "../fixtures/samples.ts";
import { entry, tar } from "../fixtures/tar.ts";

export const surface = async (...parts: readonly Buffer[]): Promise<Surface> =>
  surveyed(await readTree(chunks(tar(...parts), 1000)), surfaceSurvey);

export const program = (name: string, data: string | Buffer = "x"): Buffer =>
  entry({ name, mode: 0o755 }, data);
export const symlink = (name: string, linkname: string): Buffer =>
  entry({ name, flag: "2", linkname, mode: 0o777 });
export const hardLink = (name: string, linkname: string): Buffer =>
  entry({ name, flag: "1", linkname, mode: 0o755 });
export const folder = (name: string, mode: number = 0o755): Buffer =>
  entry({ name, flag: "5", mode });
