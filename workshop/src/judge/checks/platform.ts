import { DockerfileParser, type Flag, type From } from "dockerfile-ast";
import { BuildError, inspect, resolveInTree } from "slimproof";
import { failureText, tryBuild, type Trial } from "./trial.ts";

/** What readelf calls the machine of each architecture of Go's and Docker's names. */
const MACHINES: Readonly<Record<string, string>> = {
  "386": "i386",
  amd64: "x86-64",
  arm: "arm",
  arm64: "aarch64",
  loong64: "loongarch",
  ppc64le: "powerpc64",
  riscv64: "riscv",
  s390x: "s390",
};

/** Whether it builds for a platform with no command run for that, and what the image starts is a program for it. */
export async function isForPlatform(platform: string, trial: Trial): Promise<string | null> {
  const emulated = emulatedStage(trial.text);
  if (emulated !== null)
    return `stage ${emulated} runs commands on the platform that is built for, which needs emulation; give it --platform=$BUILDPLATFORM`;
  const built = await tryBuild(trial, { ...trial.source, platform });
  if (built instanceof BuildError)
    return `it does not build for ${platform}: ${failureText(built)}`;
  try {
    return await whyNotMadeFor(platform, built.tag, trial.signal);
  } finally {
    await trial.engine.untag(built.tag);
  }
}

async function whyNotMadeFor(
  platform: string,
  image: string,
  signal: AbortSignal,
): Promise<string | null> {
  const options = { cache: true, transfer: false, layers: true, hashes: true, signal };
  const [looked] = await inspect([image], options);
  if (!looked) throw new Error("an image that was looked at is not there"); // a mistake of ours
  const { config } = looked.inspection;
  const argv = [...(config.entrypoint ?? []), ...(config.cmd ?? [])];
  const [program] = argv;
  if (program === undefined) return "the image starts nothing: it has neither ENTRYPOINT nor CMD";
  const tree = await looked.tree();
  const folders = program.includes("/")
    ? [config.workdir]
    : (config.env["PATH"] ?? "/usr/local/bin:/usr/bin:/bin").split(":");
  const paths = folders.map((it) => (program.startsWith("/") ? program : `${it}/${program}`));
  const found = paths.map((it) => resolveInTree(tree, it)).find((it) => it !== null);
  const machine = found?.node.inode.content?.elf?.machine;
  const wanted = MACHINES[platform.split("/")[1] ?? ""];
  if (machine === undefined)
    return `${program}, which the image starts, is no program for a machine`;
  if (machine === wanted) return null;
  return `built for ${platform}, the image starts ${found?.path}, a program for ${machine}, not for ${wanted ?? platform}`;
}

/** The first stage with a RUN whose base is not of the building machine; null when there is none. */
function emulatedStage(text: string): string | null {
  const native = new Set<string>();
  let stage: { readonly name: string; readonly isNative: boolean } | null = null;
  let count = 0;
  for (const instruction of DockerfileParser.parse(text).getInstructions()) {
    if (instruction.getKeyword() === "FROM") {
      const from = instruction as From;
      const flags = (from as unknown as { getFlags(): readonly Flag[] }).getFlags();
      const platform = flags.find((it) => it.getName().toLowerCase() === "platform")?.getValue();
      const isNative: boolean =
        /^\$\{?BUILDPLATFORM\b/.test(platform ?? "") ||
        (platform === undefined && native.has((from.getImage() ?? "").toLowerCase()));
      stage = { name: from.getBuildStage() ?? String(count), isNative };
      count += 1;
      if (isNative) native.add(stage.name.toLowerCase());
    } else if (instruction.getKeyword() === "RUN" && stage && !stage.isNative) return stage.name;
  }
  return null;
}
