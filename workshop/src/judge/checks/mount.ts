import { DockerfileParser, type Flag } from "dockerfile-ast";

/** Whether some RUN has a mount of this type; without a type it is `bind` (Dockerfile reference, RUN --mount). */
export function hasMount(type: string, text: string): string | null {
  const runs = DockerfileParser.parse(text)
    .getInstructions()
    .filter((it) => it.getKeyword() === "RUN");
  const mounts = runs.flatMap((run) =>
    (run as unknown as { getFlags(): readonly Flag[] })
      .getFlags()
      .filter((flag) => flag.getName().toLowerCase() === "mount")
      .map((flag) => typeOf(flag.getValue() ?? "")),
  );
  if (mounts.includes(type)) return null;
  const others =
    mounts.length === 0 ? "none has a mount" : `there is ${[...new Set(mounts)].join(", ")}`;
  return `no RUN has a mount of type ${type}; ${others}`;
}

function typeOf(value: string): string {
  const part = value.split(",").find((it) => it.startsWith("type="));
  return part?.slice("type=".length) ?? "bind";
}
