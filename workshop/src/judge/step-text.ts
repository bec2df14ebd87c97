import { BUILD_STEP, harmless, type Progress } from "slimproof";

/** One line for what the check is at; null for what is not worth one. `name` is that of the learner's image, null where that is not built yet. */
export function stepText(progress: Progress, name: string | null): string | null {
  const whose = progress.image === name ? "yours" : "the twin";
  switch (progress.kind) {
    case "build":
      return progress.event.state === "started"
        ? harmless(`${whose}: ${lineOf(progress.event.step)}`)
        : null;
    case "built":
      return `${whose}: built`;
    case "drive":
      return harmless(`${whose}: ask ${progress.probe}`);
    case "again":
      return "once more, to tell chance from difference";
    case "judged":
      return "compare";
    case "likely":
    case "queued":
      return null;
    default:
      return progress satisfies never;
  }
}

/**
 * BuildKit's name of a step as the Dockerfile has it: the stage, where there are several, and the line. A base's registry
 * and digest, which nobody wrote, are left out, and so is what is no step of the Dockerfile; what a mount is would hide the
 * command behind it.
 */
function lineOf(step: string): string {
  const [, stage, instruction] = BUILD_STEP.exec(step) ?? [];
  if (instruction === undefined) return "build";
  const line = instruction
    .replaceAll(/\s+/g, " ")
    .replaceAll(/(?<=^RUN (?:--\S+ )*)--mount=\S+/g, "--mount=…")
    .replace(/^(FROM )(?:docker\.io\/(?:library\/)?)?([^@\s]+)(?:@sha256:\S+)?/, "$1$2");
  if (stage === undefined) return line;
  const unnamed = /^stage-(\d+)$/.exec(stage)?.[1];
  return unnamed === undefined
    ? `stage ${stage}: ${line}`
    : `stage ${Number(unnamed) + 1} (no name): ${line}`;
}
