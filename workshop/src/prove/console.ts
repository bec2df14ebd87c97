/** Commands and outputs that a README prints: read from its `console` blocks, and held against what a run wrote. Pure. */

/** One command and what it is said to write. */
export interface Shown {
  readonly command: string;
  /** None: what it writes is not looked at. */
  readonly output: readonly string[];
  /** Whether the solution lies in place of the starter. */
  readonly solved: boolean;
  /** Line of the README, from 1. */
  readonly line: number;
}

/** The commands of a README in their order. */
export function shownIn(text: string): readonly Shown[] {
  const commands: { command: string; output: string[]; solved: boolean; line: number }[] = [];
  let block: "console" | "other" | null = null;
  let solved = false;
  let open = false;
  for (const [at, line] of text.split("\n").entries()) {
    const fence = /^```(.*)$/.exec(line);
    if (fence) {
      const words = (fence[1] ?? "").trim().split(/\s+/);
      block = block === null ? (words[0] === "console" ? "console" : "other") : null;
      solved = words.includes("solution");
      open = false;
    } else if (block === "console" && line.startsWith("$ ")) {
      commands.push({ command: line.slice(2), output: [], solved, line: at + 1 });
      open = true;
    } else if (block === "console" && open) {
      const last = commands.at(-1);
      if (last?.command.endsWith("\\") && last.output.length === 0) last.command += `\n${line}`;
      else last?.output.push(line);
    }
  }
  return commands.map((it) => ({ ...it, output: trimmed(it.output) }));
}

/** The first line of what is shown that the run did not write, null when all fits. */
export function misfit(shown: readonly string[], written: string): string | null {
  const lines = trimmed(written.split(/\r?\n/));
  const wanted = shown.map((it) => it.trimEnd());
  // The furthest line that some way of reading the ellipses reached is what a writer wants to see.
  let furthest = 0;
  const known = new Set<number>();
  const fits = (at: number, from: number): boolean => {
    furthest = Math.max(furthest, at);
    const line = wanted[at];
    if (line === undefined) return from === lines.length;
    const key = at * (lines.length + 2) + from;
    if (known.has(key)) return false;
    known.add(key);
    if (line.trim() === "…")
      return fits(at + 1, from) || (from < lines.length && fits(at, from + 1));
    const said = lines[from];
    return said !== undefined && pattern(line).test(said.trimEnd()) && fits(at + 1, from + 1);
  };
  if (fits(0, 0)) return null;
  return wanted[furthest] ?? "the end: it writes more than is shown";
}

function pattern(line: string): RegExp {
  return new RegExp(
    `^${line
      .split("…")
      .map((it) => RegExp.escape(it))
      .join(".*")}$`,
    "s",
  );
}

function trimmed(lines: readonly string[]): readonly string[] {
  return lines.slice(0, lines.findLastIndex((it) => it.trim() !== "") + 1);
}

/** Images and containers that commands make under a name: what has to be removed afterwards. */
export function madeBy(commands: readonly string[]): {
  readonly images: readonly string[];
  readonly containers: readonly string[];
} {
  const named = (flags: string): readonly string[] => [
    ...new Set(
      commands
        .filter((it) => /\bdocker\b/.test(it))
        .flatMap((it) =>
          [...it.matchAll(new RegExp(`(?:^|\\s)(?:${flags})[= ](\\S+)`, "g"))].map(
            ([, name]) => name ?? "",
          ),
        ),
    ),
  ];
  return { images: named("--tag|-t"), containers: named("--name") };
}
