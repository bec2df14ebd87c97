import { DockerfileParser, type From } from "dockerfile-ast";

export interface Stage {
  /** Its `AS` name, else its number as text. */
  readonly name: string;
  /** What it is built on: another stage's name, an image, or `scratch`. */
  readonly from: string;
  /** Names that its ENV instructions set. */
  readonly env: readonly string[];
}

export interface DockerfileFacts {
  readonly stages: readonly Stage[];
  /** Every image of a FROM or a COPY --from that is neither a stage nor scratch, in order of appearance. */
  readonly bases: readonly string[];
  /** The `# syntax=` line's image: BuildKit pulls it before anything else. */
  readonly syntax: string | null;
}

/** Reads what is needed of a Dockerfile; never throws, for BuildKit is the judge of its syntax. */
export function readDockerfile(
  text: string,
  args: Readonly<Record<string, string>>,
): DockerfileFacts {
  const file = DockerfileParser.parse(text);
  const values = new Map<string, string>();
  for (const arg of file.getInitialARGs()) {
    const property = arg.getProperty();
    if (!property) continue;
    const value = args[property.getName()] ?? property.getValue();
    if (value !== null && value !== undefined) values.set(property.getName(), value);
  }
  const stages: { name: string; from: string; env: string[] }[] = [];
  const bases = new Set<string>();
  const known = (name: string): boolean =>
    name === "scratch" || stages.some((stage) => stage.name.toLowerCase() === name.toLowerCase());
  for (const instruction of file.getInstructions()) {
    const keyword = instruction.getKeyword();
    const stage = stages.at(-1);
    if (keyword === "FROM") {
      const from = expand((instruction as From).getImage() ?? "", values);
      if (from && !known(from)) bases.add(from);
      const name = (instruction as From).getBuildStage() ?? String(stages.length);
      stages.push({ name, from, env: [] });
    } else if (keyword === "ENV" && stage) {
      for (const property of (
        instruction as unknown as { getProperties(): { getName(): string }[] }
      ).getProperties())
        stage.env.push(property.getName());
    } else if (keyword === "COPY") {
      const flag = (
        instruction as unknown as { getFlags(): { getName(): string; getValue(): string | null }[] }
      )
        .getFlags()
        .find((it) => it.getName() === "from");
      const from = expand(flag?.getValue() ?? "", values);
      if (from && !known(from) && !/^\d+$/.test(from)) bases.add(from);
    }
  }
  const syntax = file.getDirectives().find((it) => it.getName().toLowerCase() === "syntax");
  return { stages, bases: [...bases], syntax: syntax?.getValue() ?? null };
}

/** The ENV names that a Dockerfile's own stages give to the image of `target` (the last stage when null). */
export function ownEnv(facts: DockerfileFacts, target: string | null): readonly string[] {
  const names = new Set<string>();
  let stage = target === null ? facts.stages.at(-1) : find(facts, target, facts.stages.length);
  while (stage) {
    for (const name of stage.env) names.add(name);
    stage = find(facts, stage.from, facts.stages.indexOf(stage));
  }
  return [...names].sort();
}

/** The stage of that name or number before position `before`; stages on themselves cannot loop. */
function find(facts: DockerfileFacts, name: string, before: number): Stage | undefined {
  return facts.stages
    .slice(0, before)
    .findLast(
      (it, index) => it.name.toLowerCase() === name.toLowerCase() || String(index) === name,
    );
}

function expand(text: string, values: ReadonlyMap<string, string>): string {
  return text.replaceAll(
    /\$(?:\{(\w+)(?::-([^}]*))?\}|(\w+))/g,
    (_, braced?: string, fallback?: string, plain?: string) =>
      values.get(braced ?? plain ?? "") ?? fallback ?? "",
  );
}
