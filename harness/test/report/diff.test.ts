import { stripVTControlCharacters } from "node:util";
import fc from "fast-check";
import stringWidth from "string-width";
import { describe, expect, test } from "vitest";
import type { DiffEntry, ImageDiff } from "../../src/model/image-diff.ts";
import { diffJson } from "../../src/report/diff-json.ts";
import { places } from "../../src/report/diff-places.ts";
import { diffReport } from "../../src/report/diff-terminal.ts";
import { anyInspection, hostile, multi, packages, single } from "./inspections.ts";

const side = { kind: "file", bytes: 839, mode: 0o644, uid: 0, gid: 0, target: "" } as const;

const entry = (path: string, bytes: number, kind: DiffEntry["kind"] = "file"): DiffEntry => ({
  path,
  kind,
  bytes,
});

function calculator(more: Partial<ImageDiff> = {}): ImageDiff {
  return {
    baseline: single(),
    candidate: multi(),
    config: [{ name: "user", before: null, after: "65532" }],
    files: {
      left: [
        entry("/app/main.go", 1200),
        entry("/usr", 0, "directory"),
        entry("/usr/bin", 0, "directory"),
        ...Array.from({ length: 100 }, (_, at) => entry(`/usr/bin/tool${at}`, 1_150_000)),
        entry("/usr/local/go/bin/go", 18_000_000),
        entry("/usr/local/go/pkg/compile", 242_000_000),
      ],
      came: [entry("/tmp", 0, "directory"), entry("/etc/ssl/cert.pem", 220_000)],
      changed: [
        {
          path: "/app/app",
          aspects: ["content", "mode"],
          before: { ...side, bytes: 2_000_000 },
          after: { ...side, bytes: 2_000_000, mode: 0o755 },
        },
        {
          path: "/etc/passwd",
          aspects: ["content", "owner"],
          before: side,
          after: { ...side, bytes: 149, uid: 65532 },
        },
        {
          path: "/var/run",
          aspects: ["kind"],
          before: { ...side, bytes: 0, kind: "symlink" },
          after: { ...side, bytes: 0, kind: "directory" },
        },
      ],
      same: { files: 1, bytes: 12 },
      bySize: 0,
    },
    packages: {
      left: packages("deb", 207),
      came: packages("go", 1),
      changed: [{ kind: "go", name: "stdlib", before: "1.26.0", after: "1.26.1" }],
      same: 0,
    },
    ...more,
  };
}

const NOTHING: Pick<ImageDiff, "config" | "files" | "packages"> = {
  config: [],
  files: {
    left: [],
    came: [],
    changed: [],
    same: { files: 26_252, bytes: 755_900_000 },
    bySize: 0,
  },
  packages: { left: [], came: [], changed: [], same: 227 },
};

function report(diff: ImageDiff, shown = { top: 4, files: false }): string {
  return `\n${diffReport(diff, shown, false)}`;
}

test("two images that differ", () => {
  expect(report(calculator())).toMatchInlineSnapshot(`
    "
    calc:single -> calc:multi
                                         before      after     change
        bytes                            756 MB    2.00 MB    -754 MB
        files                            26,252          1    -26,251
        packages                            227          1       -226

      bytes by cause                     before      after     change
        compiler, SDK, build tools       580 MB        0 B    -580 MB
        operating system                 173 MB        0 B    -173 MB
        application                     2.90 MB    2.00 MB    -899 kB
        sources                         1.20 kB        0 B   -1.20 kB

      attack surface                     before      after     change
        shells                                3          0         -3
        compilers                             2          0         -2
        sources                               1          0         -1
        setuid, setgid                        2          0         -2
        likely secrets                        1          0         -1

      files
        105 (375 MB) left, 2 (220 kB) came, 3 changed, 1 file (12 B) the same
        -   242 MB  /usr/local/go/pkg/compile
        -   115 MB  /usr/bin/  100 files
        -  18.0 MB  /usr/local/go/bin/go
        -  1.20 kB  /app/main.go
        +   220 kB  /etc/ssl/cert.pem
        ~  2.00 MB  /app/app  content, mode 0644 -> 0755
        ~    839 B  /etc/passwd  content 839 B -> 149 B, owner 0:0 -> 65532:0
        ~      0 B  /var/run  symlink -> directory

      packages
        207 left, 1 came, 1 changed, 0 the same
        - deb 207: p0 1, p1 1, p2 1, p3 1, p4 1, p5 1, p6 1, p7 1, p8 1, p9 1, p10 …
        + go 1: p0 1
        ~ go stdlib 1.26.0 -> 1.26.1

      config
        ~ user: (none) -> 65532

    ✗ the images differ
    "
  `);
});

test("every path when they were asked for", () => {
  const lines = report(calculator(), { top: 4, files: true }).split("\n");
  expect(lines.filter((line) => /^ {4}- +[\d.]+ .?B/.test(line))).toHaveLength(105);
  expect(lines).toContain("    -      0 B  /usr/bin/");
  expect(lines).toContain(
    "    ~    839 B  /etc/passwd  content 839 B -> 149 B, owner 0:0 -> 65532:0",
  );
});

describe("equal images", () => {
  test("in the same layers", () => {
    expect(report({ baseline: single(), candidate: single(), ...NOTHING })).toMatchInlineSnapshot(`
      "
      calc:single -> calc:single
                                           before      after     change
          bytes                            756 MB     756 MB        0 B
          files                            26,252     26,252          -
          packages                            227        227          -

      ✓ no difference: the same files and the same config, in the same layers
      "
    `);
  });

  test("in others", () => {
    const candidate = { ...single(), config: multi().config };
    expect(report({ baseline: single(), candidate, ...NOTHING })).toContain(
      "✓ no difference: the same files and the same config, in other layers (2 against 1)",
    );
  });
});

test("long names share the first line", () => {
  const [a, b] = [
    "registry.example/team/calculator-with-a-long-name:1.4",
    "registry.example/team/calculator-with-a-long-name:1.5",
  ];
  const [, title] = report({
    ...calculator(),
    baseline: single({ name: a }),
    candidate: { ...multi(), name: b },
  }).split("\n");
  expect(title).toBe(
    "…/team/calculator-with-a-long-name:1.4 -> …/team/calculator-with-a-long-name:1.5",
  );
  expect(stringWidth(title ?? "")).toBeLessThanOrEqual(80);
});

test("names cannot reach the terminal, and no line is wider than it", () => {
  const kind = fc.constantFrom("file" as const, "directory" as const, "symlink" as const);
  const entries = fc.array(
    fc.record({ path: hostile.map((it) => `/${it}`), kind, bytes: fc.nat() }),
    { maxLength: 20 },
  );
  const sides = fc.record({
    kind,
    bytes: fc.nat(),
    mode: fc.nat(0o7777),
    uid: fc.nat(),
    gid: fc.nat(),
    target: hostile,
  });
  const list = fc.array(
    fc.record({
      kind: fc.constantFrom("deb" as const, "go" as const),
      name: hostile,
      version: hostile,
      path: hostile,
      architecture: fc.constant(null),
      source: fc.constant(null),
    }),
  );
  const diffs: fc.Arbitrary<ImageDiff> = fc.record({
    baseline: anyInspection,
    candidate: anyInspection,
    config: fc.array(
      fc.record({ name: hostile, before: fc.option(hostile), after: fc.option(hostile) }),
      { maxLength: 3 },
    ),
    files: fc.record({
      left: entries,
      came: entries,
      changed: fc.array(
        fc.record({
          path: hostile,
          aspects: fc.subarray(
            ["kind", "content", "mode", "owner", "target", "capability", "links"],
            { minLength: 1 },
          ),
          before: sides,
          after: sides,
        }),
        { maxLength: 6 },
      ),
      same: fc.record({ files: fc.nat(), bytes: fc.nat() }),
      bySize: fc.nat(3),
    }),
    packages: fc.record({
      left: list,
      came: list,
      changed: fc.array(
        fc.record({
          kind: fc.constantFrom("deb", "go"),
          name: hostile,
          before: hostile,
          after: hostile,
        }),
        { maxLength: 6 },
      ),
      same: fc.nat(),
    }),
  });
  fc.assert(
    fc.property(diffs, fc.boolean(), (diff, files) => {
      const plain = diffReport(diff, { top: 5, files }, false);
      const bad = plain
        .split("\n")
        .filter((line) => (!files && stringWidth(line) > 80) || /[\p{Cc}\p{Cf}\p{Cs}]/u.test(line));
      expect(bad).toEqual([]);
      expect(stripVTControlCharacters(diffReport(diff, { top: 5, files }, true))).toBe(plain);
    }),
    { numRuns: 100 },
  );
});

describe("the places where most is", () => {
  test("a folder of many small files stays one", () => {
    const { shown, rest } = places(calculator().files.left, 4);
    expect(shown.map(({ path, files, bytes }) => ({ path, files, bytes }))).toEqual([
      { path: "/usr/local/go/pkg/compile", files: 1, bytes: 242_000_000 },
      { path: "/usr/bin", files: 100, bytes: 115_000_000 },
      { path: "/usr/local/go/bin/go", files: 1, bytes: 18_000_000 },
      { path: "/app/main.go", files: 1, bytes: 1200 },
    ]);
    expect(rest).toEqual({ bytes: 0, files: 0 });
  });

  test("empty files and links weigh by their number", () => {
    const { shown } = places(
      [...Array.from({ length: 9 }, (_, at) => entry(`/a/${at}`, 0, "symlink")), entry("/b", 0)],
      3,
    );
    expect(shown).toMatchObject([
      { path: "/a", files: 9 },
      { path: "/b", files: 1 },
    ]);
  });

  test("nothing is told twice, and nothing is lost", () => {
    const path = fc
      .array(fc.constantFrom("a", "b", "c"), { minLength: 1, maxLength: 4 })
      .map((parts) => `/${parts.join("/")}`);
    const entries = fc
      .uniqueArray(path)
      .map((list) =>
        list
          .toSorted()
          .map((it) =>
            list.some((other) => other.startsWith(`${it}/`))
              ? entry(it, 0, "directory")
              : entry(it, (it.length * 7) % 50),
          ),
      );
    fc.assert(
      fc.property(entries, fc.integer({ min: 1, max: 6 }), (list, most) => {
        const { shown, rest } = places(list, most);
        const bytes = list.reduce((sum, it) => sum + it.bytes, 0);
        const files = list.filter(({ kind }) => kind !== "directory").length;
        expect(shown.length).toBeLessThanOrEqual(most);
        expect(shown.reduce((sum, it) => sum + it.bytes, rest.bytes)).toBe(bytes);
        expect(shown.reduce((sum, it) => sum + it.files, rest.files)).toBe(files);
        for (const { path: one } of shown)
          expect(shown.filter(({ path: other }) => other.startsWith(`${one}/`))).toEqual([]);
      }),
    );
  });

  test("a hundred thousand files in a deep folder take less than seconds", () => {
    const deep = "/x".repeat(500);
    const many = Array.from({ length: 100_000 }, (_, at) =>
      entry(`${at % 1000 === 0 ? deep : "/usr/share"}/f${at}`, at),
    );
    const began = performance.now();
    expect(places(many, 8).shown.length).toBeGreaterThan(0);
    expect(performance.now() - began).toBeLessThan(5000);
  });
});

describe("as JSON", () => {
  test("tells what is there in numbers, and where most of it is", () => {
    const document = JSON.parse(diffJson(calculator(), { top: 1, files: false }));
    expect(document).toMatchObject({
      schema: 1,
      equal: false,
      sameLayers: false,
      baseline: { name: "calc:single", id: "sha256:1", files: { count: 26_252 }, packages: 227 },
      candidate: { name: "calc:multi" },
      causes: [
        { cause: "compiler", before: 580_000_000, after: 0 },
        { cause: "system", before: 173_000_000, after: 0 },
        { cause: "application", before: 2_898_800, after: 2_000_000 },
        { cause: "sources", before: 1200, after: 0 },
      ],
      surface: {
        shells: { before: { count: 3, bytes: 1_430_000 }, after: { count: 0, bytes: 0 } },
      },
      files: {
        left: { count: 105, bytes: 375_001_200, places: [{ path: "/usr/local/go/pkg/compile" }] },
        came: { count: 2, bytes: 220_000 },
        changed: {
          count: 3,
          paths: [
            {
              path: "/app/app",
              aspects: ["content", "mode"],
              before: { mode: "0644" },
              after: { mode: "0755" },
            },
          ],
        },
        same: { files: 1, bytes: 12 },
      },
      config: [{ name: "user", before: null, after: "65532" }],
    });
    expect(document.files.left).not.toHaveProperty("paths");
    expect(document.packages.left).toHaveLength(207);
  });

  test("with every path when they were asked for", () => {
    const { files } = JSON.parse(diffJson(calculator(), { top: 1, files: true }));
    expect(files.left.paths).toEqual(calculator().files.left);
    expect(files.changed.paths).toHaveLength(3);
  });
});
