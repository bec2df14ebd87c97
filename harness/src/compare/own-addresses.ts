import { isBinary, type Fact, type Observation } from "../model/fact.ts";

/**
 * The facts of a run as if its containers had had the addresses of another run's. Which one a container gets is chance, and
 * when a baseline gets the same twice, the address in "Running on http://172.17.0.2:5000" would pass for the program's own.
 */
export function factsAt(
  { addresses: to = [] }: Pick<Observation, "addresses">,
  { facts, addresses: from = [] }: Pick<Observation, "facts" | "addresses">,
): readonly Fact[] {
  const [usual] = to;
  const moved = from.filter((it, at) => it !== (to[at] ?? usual));
  if (usual === undefined || moved.length === 0) return facts;
  const own = new RegExp(
    `(?<![\\w.])(?:${moved.map((it) => RegExp.escape(it)).join("|")})(?!\\w|\\.\\w)`,
    "g",
  );
  const instead = (it: string): string => to[from.indexOf(it)] ?? usual;
  return facts.map((fact) =>
    isBinary(fact.value) ? fact : { ...fact, value: fact.value.replace(own, instead) },
  );
}
