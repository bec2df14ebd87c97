import { DockerfileParser, type Flag } from "dockerfile-ast";

/** What is asked for; any folder will do when `target` is left out. */
interface Wanted {
  readonly type: string;
  readonly target?: string | undefined;
}

/** Whether some RUN has such a mount; without a type it is `bind` (Dockerfile reference, RUN --mount). */
export function hasMount({ type, target }: Wanted, text: string): string | null {
  const runs = DockerfileParser.parse(text)
    .getInstructions()
    .filter((it) => it.getKeyword() === "RUN");
  const mounts = runs.flatMap((run) =>
    (run as unknown as { getFlags(): readonly Flag[] })
      .getFlags()
      .filter((flag) => flag.getName().toLowerCase() === "mount")
      .map((flag) => mountOf(flag.getValue() ?? "")),
  );
  const ofType = mounts.filter((it) => it.type === type);
  if (ofType.some((it) => target === undefined || it.target === target)) return null;
  if (ofType.length > 0)
    return `no RUN has a mount of type ${type} at ${target}; there is one at ${ofType.map((it) => it.target).join(", ")}`;
  const types = [...new Set(mounts.map((it) => it.type))];
  const others = types.length === 0 ? "none has a mount" : `there is ${types.join(", ")}`;
  return `no RUN has a mount of type ${type}; ${others}`;
}

/** `dst` and `destination` are other words for `target`, and a slash at its end says nothing. */
function mountOf(value: string): { readonly type: string; readonly target: string } {
  const fields = new Map(value.split(",").map((it) => it.split(/=(.*)/s, 2) as [string, string]));
  const target = fields.get("target") ?? fields.get("dst") ?? fields.get("destination") ?? "";
  return { type: fields.get("type") ?? "bind", target: target.replace(/(?<=.)\/+$/, "") };
}
