/** Where images come from and how their containers are run. */
import { z } from "zod";
import {
  duration,
  host,
  imageName,
  map,
  memory,
  mountPoint,
  path,
  plain,
  platform,
  port,
  regex,
  requestPath,
  strings,
  user,
  wholeNumber,
  word,
} from "./text.ts";

export const SOURCE_KINDS = ["dockerfile", "image"] as const;

const sourceMap = map({
  dockerfile: path
    .optional()
    .describe("A Dockerfile inside `context`, named from the contract's folder."),
  context: path.prefault(".").describe("The build's folder: the contract's own or one inside it."),
  target: word.optional().describe("The stage to build; the last one when not given."),
  args: strings.prefault({}).describe("Build arguments."),
  platform: platform.optional().describe("Such as `linux/amd64`; the engine's own when not given."),
  image: imageName.optional().describe("An image that exists already, instead of a Dockerfile."),
}).meta({
  id: "image",
  title: "An image",
  description:
    "Where an image comes from: exactly one of `dockerfile` and `image`. A text alone is short for `{ dockerfile: TEXT }`; `context`, `target` and `args` go with `dockerfile` only.",
  oneOf: SOURCE_KINDS.map((key) => ({ required: [key] })),
});
export const SOURCE_KEYS: readonly string[] = Object.keys(sourceMap.shape);
export const source: z.ZodUnion<readonly [typeof path, typeof sourceMap]> = z.union([
  path,
  sourceMap,
]);
export type Source = z.output<typeof source>;

export const ready = map({
  http: requestPath.optional().describe("A path that `port` must answer with a status below 400."),
  log: regex.optional().describe("A pattern that must appear in what the container prints."),
  port: port
    .optional()
    .describe("A port inside the container; without `http`, one that must take a connection."),
  within: duration.prefault("30s").describe("How long that may take."),
}).meta({
  id: "ready",
  title: "ready",
  description:
    "When a container counts as started: `{ http, port }`, `{ log }` or `{ port }`, each with its own `within`.",
  anyOf: [{ required: ["log"] }, { required: ["port"] }],
});

const mount = map({
  from: path.describe("A file or folder inside the contract's folder."),
  to: mountPoint.describe("Where it appears in the container, read-only."),
}).meta({
  id: "mount",
  title: "A mount",
  description: "A file or folder lent to containers.",
});

export const run = map({
  env: strings.prefault({}).describe("Environment of every container."),
  args: z
    .array(plain)
    .optional()
    .describe("Arguments in place of CMD, as after `docker run IMAGE`."),
  user: user.optional().describe("The user in place of the image's own."),
  readOnly: z.boolean().prefault(false).describe("Whether the root file system is read-only."),
  tmpfs: z.array(mountPoint).prefault([]).describe("Folders held in memory."),
  memory: memory.prefault("512m").describe("The memory limit."),
  pids: wholeNumber(1, 4_194_304).prefault(256).describe("How many processes there may be."),
  network: z.enum(["bridge", "none"]).prefault("bridge").describe("The network."),
  mounts: z.array(mount).prefault([]).describe("What is lent to every container."),
  ready: ready.optional().describe("When the container that serves counts as started."),
}).meta({
  id: "run",
  title: "run",
  description: "How every container of the pair is run, the same for all images.",
});

export const service = map({
  image: imageName.describe("Its image."),
  env: strings.prefault({}).describe("Its environment."),
  args: z.array(plain).optional().describe("Arguments in place of its image's CMD."),
  mounts: z
    .array(mount)
    .prefault([])
    .describe("What is lent to it, such as the data it starts with."),
  ready: ready
    .optional()
    .describe(
      "When it counts as started; when not given, once a port that its image exposes takes a connection.",
    ),
}).meta({
  id: "service",
  title: "A service",
  description:
    "A real dependency, such as a database: a fresh one for each time an image is driven, reached by its name.",
});
export const services: z.ZodRecord<typeof host, typeof service> = z.record(host, service);

export type ReadyEntry = z.output<typeof ready>;
export type RunEntry = z.output<typeof run>;
