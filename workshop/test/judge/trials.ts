/** Trials of an engine that builds nothing: it tells what a test says that it built, and remembers what it was asked. */
import { createHash } from "node:crypto";
import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { BuildError, type Engine } from "slimproof";
import type { BuildSource, Trial } from "../../src/judge/checks/trial.ts";

type TimedBuild = Awaited<ReturnType<Engine["timeBuild"]>>;
export type Step = TimedBuild["steps"][number];

export interface Asked {
  /** What was built, and the texts of the files in its folder that were asked for at that time. */
  readonly builds: { readonly source: BuildSource; readonly main: string }[];
  readonly untagged: string[];
  readonly forgotten: (readonly Step[])[];
}

/** What a build of a source comes to: the tag and the steps, or a message and the end of a log. */
export type Building = (
  source: BuildSource,
  main: string,
) =>
  | Partial<Pick<TimedBuild, "tag" | "steps">>
  | { readonly fails: string; readonly log: string[] };

/** A trial of the Dockerfile `text` in `context`, which holds a main.go. */
export function trialOf(
  context: string,
  text: string,
  building: Building = () => ({}),
): { readonly trial: Trial; readonly asked: Asked } {
  const asked: Asked = { builds: [], untagged: [], forgotten: [] };
  const engine = {
    async timeBuild(source: BuildSource): Promise<TimedBuild> {
      const main = await readFile(join(source.context, "main.go"), "utf8").catch(() => "");
      asked.builds.push({ source, main });
      const built = building(source, main);
      if ("fails" in built)
        throw new BuildError(built.fails, {
          dockerfile: "Dockerfile",
          stage: "build",
          step: "RUN go test",
          exitCode: 1,
          log: built.log,
        });
      return { tag: `built:${asked.builds.length}`, seconds: 1, steps: [], ...built };
    },
    async untag(tag: string): Promise<void> {
      asked.untagged.push(tag);
    },
    async forget(steps: readonly Step[]): Promise<number> {
      asked.forgotten.push(steps);
      return 0;
    },
  };
  const source = {
    kind: "build",
    context,
    dockerfile: "Dockerfile",
    args: {},
  } as unknown as BuildSource;
  const trial: Trial = {
    engine: engine as unknown as Engine,
    source,
    text,
    image: "candidate:1",
    signal: new AbortController().signal,
    onProgress: () => {},
  };
  return { trial, asked };
}

export interface LayoutConfig {
  readonly Entrypoint?: readonly string[];
  readonly Cmd?: readonly string[];
  readonly WorkingDir?: string;
  readonly Env?: readonly string[];
}

/** Writes an image as an OCI layout's folder, its layers from the lowest: texts by the paths of their files. */
export async function writeLayout(
  folder: string,
  layers: readonly Readonly<Record<string, string | Buffer>>[],
  config: LayoutConfig = {},
): Promise<string> {
  const blobs = join(folder, "blobs", "sha256");
  await mkdir(blobs, { recursive: true });
  const put = async (mediaType: string, bytes: Buffer) => {
    const hex = createHash("sha256").update(bytes).digest("hex");
    await writeFile(join(blobs, hex), bytes);
    return { mediaType, digest: `sha256:${hex}`, size: bytes.length };
  };
  const json = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));
  const type = (name: string): string => `application/vnd.oci.image.${name}`;
  const written = [];
  for (const [at, files] of layers.entries()) {
    const root = join(folder, `layer-${at}`);
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(root, path)), { recursive: true });
      await writeFile(join(root, path), text);
      await chmod(join(root, path), 0o755);
    }
    const packed = await execa("tar", ["-cf", "-", "-C", root, "."], { encoding: "buffer" });
    written.push(await put(type("layer.v1.tar"), Buffer.from(packed.stdout)));
  }
  const platform = { architecture: "arm64", os: "linux" };
  const diffs = { type: "layers", diff_ids: written.map(({ digest }) => digest) };
  const described = json({ ...platform, config, rootfs: diffs });
  const manifest = json({
    schemaVersion: 2,
    mediaType: type("manifest.v1+json"),
    config: await put(type("config.v1+json"), described),
    layers: written,
  });
  const entry = { ...(await put(type("manifest.v1+json"), manifest)), platform };
  await writeFile(join(folder, "index.json"), json({ schemaVersion: 2, manifests: [entry] }));
  await writeFile(join(folder, "oci-layout"), json({ imageLayoutVersion: "1.0.0" }));
  return folder;
}
