import fc from "fast-check";
import { expect, test } from "vitest";
import { diffPackages } from "../../../src/measure/diff/diff-packages.ts";
import type { Package } from "../../../src/model/anatomy.ts";
import type { PackageDiff } from "../../../src/model/image-diff.ts";

/** `deb libc6 2.41`, sorted as the packages of an image are. */
function packages(...lines: readonly string[]): readonly Package[] {
  return lines.toSorted().map((line) => {
    const [kind, name = "", version = ""] = line.split(" ");
    const path = `/${kind}/${name}`;
    return { kind: kind as Package["kind"], name, version, path, architecture: null, source: null };
  });
}

/** The difference in the same words. */
function shown({ left, came, changed, same }: PackageDiff): object {
  const line = ({ kind, name, version }: Package): string => `${kind} ${name} ${version}`;
  return {
    left: left.map(line),
    came: came.map(line),
    changed: changed.map(
      ({ kind, name, before, after }) => `${kind} ${name} ${before} -> ${after}`,
    ),
    same,
  };
}

test("packages that left, came and changed", () => {
  const a = packages("deb gcc 14", "deb libc6 2.41-12", "deb zlib1g 1.3", "python flask 3.1.3");
  const b = packages(
    "deb libc6 2.41-13",
    "deb zlib1g 1.3",
    "node flask 1",
    "python abc 1",
    "python flask 3.1.3",
  );
  expect(shown(diffPackages(a, b))).toEqual({
    left: ["deb gcc 14"],
    came: ["node flask 1", "python abc 1"],
    changed: ["deb libc6 2.41-12 -> 2.41-13"],
    same: 2,
  });
});

test("of several versions of one package those that both have are no difference", () => {
  const a = packages("node semver 5", "node semver 6", "node semver 6", "node semver 7");
  expect(shown(diffPackages(a, packages("node semver 6", "node semver 7")))).toEqual({
    left: ["node semver 5", "node semver 6"],
    came: [],
    changed: [],
    same: 2,
  });
});

test("of any two lists everything is told once", () => {
  const lists = fc
    .array(
      fc
        .tuple(
          fc.constantFrom("deb", "python"),
          fc.constantFrom("a", "b"),
          fc.constantFrom("1", "2", "3"),
        )
        .map((words) => words.join(" ")),
      { maxLength: 8 },
    )
    .map((lines) => packages(...lines));
  fc.assert(
    fc.property(lists, lists, (a, b) => {
      const { left, came, changed, same } = diffPackages(a, b);
      expect(left.length + changed.length + same).toBe(a.length);
      expect(came.length + changed.length + same).toBe(b.length);
      for (const { before, after } of changed) expect(before).not.toBe(after);
      for (const it of left) expect(came).not.toContainEqual(it);
    }),
    { numRuns: 1000 },
  );
});

test("a hundred thousand of one name take no longer than of many", () => {
  const many = (version: string): readonly Package[] =>
    Array.from({ length: 100_000 }, (_, at) => ({
      kind: "node",
      name: "a",
      version: `${version}${String(at).padStart(6, "0")}`,
      path: "/a",
      architecture: null,
      source: null,
    }));
  const began = performance.now();
  expect(diffPackages(many("1."), many("2.")).changed.length).toBe(100_000);
  expect(performance.now() - began).toBeLessThan(5000);
});
