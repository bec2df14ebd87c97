import type { Side } from "./evidence.ts";

/**
 * A COPY line that brings paths of the baseline into the candidate: from the candidate's own build stage when that is made
 * of the image that the baseline is made of, else from that image itself.
 */
export function copyLine(
  baseline: Side,
  candidate: Side,
  from: string,
  to: string = from,
  flags = "",
): string {
  return `COPY ${flags}--from=${sourceOf(baseline, candidate)} ${from} ${to}`;
}

function sourceOf(baseline: Side, candidate: Side): string {
  const base = rootOf(baseline);
  const before = candidate.dockerfile?.stages.slice(0, -1) ?? [];
  const stage = before.findLast((it) => base !== null && originOf(candidate, it.name) === base);
  return stage?.name ?? before.at(-1)?.name ?? base ?? "builder";
}

/** The image that the last stage comes from, through whatever stages. */
function rootOf(side: Side): string | null {
  const last = side.dockerfile?.stages.at(-1);
  return last ? originOf(side, last.name) : null;
}

function originOf({ dockerfile }: Side, stage: string): string | null {
  let name = stage;
  let at = dockerfile?.stages.length ?? 0;
  for (;;) {
    const found = dockerfile?.stages.slice(0, at).findLastIndex((it) => it.name === name) ?? -1;
    const from = dockerfile?.stages[found]?.from;
    if (from === undefined) return name;
    at = found;
    name = from;
  }
}

/** ENV as a Dockerfile writes it. */
export function envLine(name: string, value: string): string {
  return `ENV ${name}=${/^[\w./:@%+,-]*$/.test(value) ? value : JSON.stringify(value)}`;
}

/** An exec form. */
export function execForm(argv: readonly string[]): string {
  return `[${argv.map((word) => JSON.stringify(word)).join(", ")}]`;
}

/** Permissions as chmod takes them: `0755`. */
export function octal(mode: number): string {
  return (mode & 0o7777).toString(8).padStart(4, "0");
}
