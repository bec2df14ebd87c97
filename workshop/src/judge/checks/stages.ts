import { readDockerfile } from "slimproof";

/** Whether a Dockerfile names these stages, in whatever order; names of stages have no case. */
export function hasStages(names: readonly string[], text: string): string | null {
  const { stages } = readDockerfile(text, {});
  const there = stages.map(({ name }) => name);
  const missing = names.filter(
    (name) => !there.some((it) => it.toLowerCase() === name.toLowerCase()),
  );
  if (missing.length === 0) return null;
  const which = missing.length === 1 ? "no stage is" : "no stages are";
  const named = there.filter((it) => !/^\d+$/.test(it));
  return `${which} named ${missing.join(", ")}; ${named.length === 0 ? "none has a name" : `there is ${named.join(", ")}`}`;
}
