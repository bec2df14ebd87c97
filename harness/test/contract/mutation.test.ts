import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test, vi } from "vitest";
import { parse, stringify } from "yaml";
import { parseContract } from "../../src/contract/load.ts";
import { InputError } from "../../src/model/error.ts";

const EXAMPLE = readFileSync(new URL("example.txt", import.meta.url), "utf8");
vi.setConfig({ testTimeout: 60_000 });
const folder = join(process.cwd(), "app");
const LINE = /^app\/parity\.yaml:(\d+):(\d+): \S/;

/** The problems of a text, [] when it loads; anything but an InputError with lines of the one form fails the test. */
function problems(text: string): readonly string[] {
  try {
    parseContract(text, { file: join(folder, "parity.yaml"), folder });
    return [];
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    const lines = error.message.split("\n");
    const rows = text.split("\n");
    for (const line of lines) {
      const [, row, column] = LINE.exec(line) ?? [];
      expect(Number(row), line).toBeLessThanOrEqual(rows.length);
      expect(Number(column), line).toBeLessThanOrEqual((rows[Number(row) - 1] ?? "").length + 1);
    }
    return lines;
  }
}

type Place = readonly (string | number)[];
type Tree = Record<string | number, unknown>;

function placesOf(value: unknown, path: Place = []): readonly Place[] {
  if (typeof value !== "object" || value === null) return [path];
  const below = Object.entries(value).flatMap(([key, inner]) =>
    placesOf(inner, [...path, Array.isArray(value) ? Number(key) : key]),
  );
  return path.length === 0 ? below : [path, ...below];
}

const TREE: unknown = parse(EXAMPLE);
const PLACES = placesOf(TREE);
const KEYS = [...new Set(PLACES.map((path) => String(path.at(-1))))];

type Mutation = (parent: Tree, key: string | number) => void;

const rename =
  (name: string): Mutation =>
  (parent, key) => {
    const value = parent[key];
    delete parent[key];
    parent[name] = value;
  };

const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  fc.constant<Mutation>((parent, key) => {
    if (Array.isArray(parent)) parent.splice(Number(key), 1);
    else delete parent[key];
  }),
  fc.oneof(fc.constantFrom(...KEYS), fc.string()).map(rename),
  fc
    .oneof(fc.jsonValue(), fc.string(), fc.constantFrom(Infinity, Number.NaN, -0))
    .map((value): Mutation => (parent, key) => {
      parent[key] = value;
    }),
  fc.constantFrom(...PLACES).map((other): Mutation => (parent, key) => {
    parent[key] = other.reduce<unknown>(
      (value, step) => (value as Tree)[step],
      structuredClone(TREE),
    );
  }),
  fc.constant<Mutation>((parent, key) => {
    if (Array.isArray(parent)) parent.push(parent[Number(key)]);
  }),
);

function mutated(mutations: readonly (readonly [Place, Mutation])[]): unknown {
  const tree = structuredClone(TREE);
  for (const [path, change] of mutations) {
    const parent = path
      .slice(0, -1)
      .reduce<unknown>((value, step) => (value as Tree | undefined)?.[step], tree);
    if (typeof parent === "object" && parent !== null) change(parent as Tree, path.at(-1) ?? "");
  }
  return tree;
}

test("whatever is dropped, renamed, replaced or doubled: it loads, or every line says where it is wrong", () => {
  const mutations = fc.array(fc.tuple(fc.constantFrom(...PLACES), mutation), {
    minLength: 1,
    maxLength: 4,
  });
  fc.assert(
    fc.property(mutations, (list) => void problems(stringify(mutated(list)))),
    { numRuns: 150 },
  );
});

test("whatever is cut out of the text or put into it: the same", () => {
  const at = fc.nat(EXAMPLE.length);
  const piece = fc.oneof(
    fc.string({ maxLength: 5 }),
    fc.constantFrom(..."{}[]:,-?&*!|>'\"%@`#\n\t ", "- ", ": ", "\n  "),
  );
  fc.assert(
    fc.property(at, fc.nat(30), piece, (start, length, text) => {
      problems(EXAMPLE.slice(0, start) + text + EXAMPLE.slice(start + length));
    }),
    { numRuns: 150 },
  );
});

test("any text at all: the same", () => {
  const line = fc.oneof(fc.string(), fc.constantFrom(...EXAMPLE.split("\n")));
  fc.assert(
    fc.property(fc.array(line, { maxLength: 12 }), (lines) => void problems(lines.join("\n"))),
    { numRuns: 150 },
  );
});

test("a key that is no longer known is pointed at where it stands", () => {
  const named = PLACES.filter(
    (path) => typeof path.at(-1) === "string" && !isNamedByTheAuthor(path),
  );
  fc.assert(
    fc.property(fc.constantFrom(...named), fc.stringMatching(/^z{3}[a-z]{0,9}$/), (path, name) => {
      const text = stringify(mutated([[path, rename(name)]]));
      const found = problems(text).filter((line) => line.includes(`unknown key "${name}"`));
      expect(found).toHaveLength(1);
      const [, row, column] = LINE.exec(found[0] ?? "") ?? [];
      expect(text.split("\n")[Number(row) - 1]?.slice(Number(column) - 1)).toMatch(
        RegExp(`^${name}:`),
      );
    }),
  );
});

/** Keys that the contract's author is free to choose. */
function isNamedByTheAuthor(path: Place): boolean {
  return ["candidates", "services", "env", "args", "with"].includes(String(path.at(-2)));
}
