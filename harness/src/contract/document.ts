/** The YAML of a contract: its values, and where each of them stands in the text. */
import { isAlias, isMap, isNode, isScalar, isSeq, parseDocument, Parser } from "yaml";
import type { CST, Node, Pair } from "yaml";
import { quote } from "./words.ts";

/** Where a value sits in the contract: `["probes", 1, "terminal", 0]`. */
export type Path = readonly (string | number)[];

/** Something wrong with a value, or with the key that names it. */
export interface Problem {
  readonly path: Path;
  readonly at: "key" | "value";
  readonly message: string;
}

export interface Yaml {
  /** The values as plain objects; undefined when `faults` left nothing to read. */
  readonly raw: unknown;
  /** What is wrong with the YAML itself, with the offset in the text. */
  readonly faults: readonly {
    readonly offset: number;
    readonly path: Path;
    readonly message: string;
  }[];
  /** Offset of what a problem speaks of; of the nearest thing around it when that is not there. */
  offset(problem: Problem): number;
  /** Line and column, both from 1. */
  position(offset: number): { readonly line: number; readonly column: number };
}

type Fault = Yaml["faults"][number];

/** The YAML library composes and converts by recursion, which far deeper nesting drives out of memory or to hours. */
const DEEPEST = 100;
const MOST_ALIASES = 100;

/** Reads one YAML 1.2 document. Never throws: what is wrong is in `faults`. */
export function readYaml(text: string): Yaml {
  const position = positions(text);
  const failed = (faults: readonly Fault[]): Yaml => ({
    raw: undefined,
    faults,
    offset: () => 0,
    position,
  });

  const tooDeep = deeperThan(DEEPEST, new Parser().parse(text));
  if (tooDeep !== null) {
    return failed([{ offset: tooDeep, path: [], message: `nested more than ${DEEPEST} deep` }]);
  }
  const document = parseDocument(text, {
    // A %YAML 1.1 line or a tag must not turn texts into dates, bytes or booleans.
    schema: "core",
    resolveKnownTags: false,
    uniqueKeys: false,
    prettyErrors: false,
  });
  const errors = [...document.errors, ...document.warnings].map(({ code, message, pos }) => ({
    offset: pos[0],
    path: [],
    message:
      code === "MULTIPLE_DOCS"
        ? "a contract is one document; take out this ---"
        : `not valid YAML: ${message.replaceAll(/\s+/g, " ")}`,
  }));
  // One slip often makes the parser stumble several times on its line: the first says it.
  const ofLine = new Map(errors.toReversed().map((error) => [position(error.offset).line, error]));
  if (errors.length > 0) return failed([...ofLine.values()]);

  const inspection = inspect(document.contents);
  const { faults } = inspection;
  const offset = (problem: Problem): number => find(document.contents, inspection, problem);
  try {
    const usable = faults.every(({ fatal }) => !fatal);
    const raw: unknown = usable ? document.toJS({ maxAliasCount: MOST_ALIASES }) : undefined;
    return { raw, faults, offset, position };
  } catch {
    return failed([{ offset: 0, path: [], message: "its YAML aliases unfold to too much" }]);
  }
}

/** Looks offsets up. The library's own LineCounter forgets lines in texts that it cannot parse. */
function positions(text: string): Yaml["position"] {
  const starts = [0, ...Array.from(text.matchAll(/\n/g), ({ index }) => index + 1)];
  return (offset) => {
    let [line, above] = [0, starts.length];
    while (above - line > 1) {
      const middle = (line + above) >> 1;
      if ((starts[middle] ?? 0) <= offset) line = middle;
      else above = middle;
    }
    return { line: line + 1, column: offset - (starts[line] ?? 0) + 1 };
  };
}

/** Offset of the first token that is nested deeper than `limit`, null when none is. No recursion: that is the point. */
function deeperThan(limit: number, tokens: Iterable<CST.Token>): number | null {
  for (const top of tokens) {
    const open: [CST.Token, number][] = [[top, 0]];
    for (let next = open.pop(); next; next = open.pop()) {
      const [token, depth] = next;
      if (depth > limit) return token.offset;
      if (token.type === "document" && token.value) open.push([token.value, depth]);
      if (!("items" in token)) continue;
      for (const { key, value } of token.items) {
        if (key) open.push([key, depth + 1]);
        if (value) open.push([value, depth + 1]);
      }
    }
  }
  return null;
}

interface Inspection {
  readonly faults: readonly (Fault & { readonly fatal: boolean })[];
  /** What each alias stands for. */
  readonly targets: ReadonlyMap<Node, Node>;
  /** The entries of each map by their key, of doubled ones the last. */
  readonly entries: ReadonlyMap<Node, ReadonlyMap<string, Pair>>;
}

/** Finds what the library lets pass: doubled keys, keys that are no texts, and aliases that lead nowhere or to themselves. */
function inspect(root: Node | null): Inspection {
  const faults: (Fault & { readonly fatal: boolean })[] = [];
  const targets = new Map<Node, Node>();
  const entries = new Map<Node, Map<string, Pair>>();
  const anchors = new Map<string, Node>();
  const fault = (node: Node, path: Path, fatal: boolean, message: string): void => {
    faults.push({ offset: node.range?.[0] ?? 0, path, message, fatal });
  };
  const visit = (node: unknown, path: Path, around: readonly Node[]): void => {
    if (!isNode(node)) return;
    if (isAlias(node)) {
      const target = anchors.get(node.source);
      if (target === undefined)
        fault(node, path, true, `nothing before it is named &${node.source}`);
      else if (around.includes(target)) fault(node, path, true, `*${node.source} contains itself`);
      else targets.set(node, target);
      return;
    }
    if (node.anchor !== undefined) anchors.set(node.anchor, node);
    const inside = [...around, node];
    if (isSeq(node)) node.items.forEach((item, index) => visit(item, [...path, index], inside));
    if (!isMap(node)) return;
    const seen = new Map<string, Pair>();
    entries.set(node, seen);
    for (const pair of node.items) {
      const { key, value } = pair;
      if (!isScalar(key)) {
        fault(isNode(key) ? key : node, path, true, "a key must be a text");
        continue;
      }
      const name = String(key.value);
      if (typeof key.value !== "string")
        fault(key, path, false, `a key must be a text; put ${key.source || "it"} in quotes`);
      if (seen.has(name)) fault(key, path, false, `duplicate key ${quote(name)}`);
      // Plain objects of JavaScript cannot be trusted to carry it.
      if (name === "__proto__") fault(key, path, true, `unknown key ${quote(name)}`);
      seen.set(name, pair);
      visit(key, [...path, name], inside);
      visit(value, [...path, name], inside);
    }
  };
  visit(root, [], []);
  return { faults, targets, entries };
}

function find(root: Node | null, { targets, entries }: Inspection, { path, at }: Problem): number {
  let node: unknown = root;
  let offset = root?.range?.[0] ?? 0;
  for (const [index, segment] of path.entries()) {
    const real = isNode(node) ? (targets.get(node) ?? node) : node;
    let keyOffset: number | undefined;
    if (isMap(real)) {
      const pair = entries.get(real)?.get(String(segment));
      if (!pair) return offset;
      keyOffset = isNode(pair.key) ? pair.key.range?.[0] : undefined;
      node = pair.value;
    } else if (isSeq(real) && typeof segment === "number") {
      node = real.items[segment];
    } else {
      return offset;
    }
    if (at === "key" && index === path.length - 1 && keyOffset !== undefined) return keyOffset;
    // An empty value stands nowhere: its key does.
    const [start, end] = (isNode(node) && node.range) || [offset, offset];
    offset = start === end ? (keyOffset ?? start) : start;
  }
  return offset;
}
