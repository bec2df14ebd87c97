import stringWidth from "string-width";
import { expect, test } from "vitest";
import { scanJson, scanLines } from "../../src/report/scan.ts";
import { painter } from "../../src/report/text.ts";
import type { Scan, ScanCounted, Scans } from "../../src/scan/scan.ts";

const plain = painter(false);

function counted(of: Partial<ScanCounted["counts"]>, more: Partial<ScanCounted> = {}): ScanCounted {
  const counts = { critical: 0, high: 0, medium: 0, low: 0, negligible: 0, unknown: 0, ...of };
  return {
    kind: "counted",
    scanner: "grype",
    version: "0.121.2",
    database: "2026-11-24T02:19:59Z",
    counts,
    findings: Object.values(counts).reduce((sum, it) => sum + it, 0),
    vulnerabilities: 1,
    fixable: 1,
    ...more,
  };
}

function scans(...images: readonly (readonly [string, Scan])[]): Scans {
  return { kind: "scanned", images: images.map(([image, scan]) => ({ image, scan })) };
}

test("a pair's counts stand below each other", () => {
  const pair = scans(
    [
      "calc:single",
      counted({ critical: 3, high: 41, low: 12, negligible: 820, unknown: 4 }, { fixable: 17 }),
    ],
    ["calc:multi", counted({})],
  );
  expect(scanLines(pair, plain)).toEqual([
    "  vulnerabilities   critical   high  medium    low   other  fixable",
    "    calc:single            3     41       0     12     824       17",
    "    calc:multi             0      0       0      0       0        1",
    "    grype 0.121.2, database of 2026-11-24; other: negligible or unknown,",
    "    fixable: mended in a newer version",
  ]);
});

test("what is not known of the scanner is said, and two databases are two", () => {
  const pair = scans(
    ["a", counted({}, { version: "", database: null })],
    ["b", counted({}, { database: "2026-11-23T00:00:00Z" })],
  );
  const text = scanLines(pair, plain).join("\n");
  expect(text).toContain("grype, database of an unknown date;");
  expect(text).toContain("grype 0.121.2, database of 2026-11-23;");
});

test("a scan that failed shows its log and hides no other", () => {
  const log = ["failed to load \u001b[31mvulnerability db", "x".repeat(200)];
  const failed: Scan = {
    kind: "failed",
    scanner: "grype",
    message: "grype failed with exit code 1",
    log,
  };
  expect(
    scanLines(scans(["a", counted({ low: 1 })], ["b\u202e", failed]), plain).slice(-3),
  ).toEqual([
    "    b\\u202e: grype failed with exit code 1",
    "      | failed to load \\e[31mvulnerability db",
    `      | ${"x".repeat(71)}…`,
  ]);
});

test("no scanner is one remark", () => {
  const absent: Scans = { kind: "absent", message: "no vulnerability scanner: install grype" };
  expect(scanLines(absent, plain)).toEqual([
    "  vulnerabilities",
    "    no vulnerability scanner: install grype",
  ]);
  expect(scanJson(absent)).toEqual({
    error: "no vulnerability scanner: install grype",
    images: [],
  });
});

test("no line is wider than 80 columns", () => {
  const many = counted(
    { critical: 123_456, high: 123_456, unknown: 123_456 },
    { fixable: 12_345_678 },
  );
  const wide = scans(
    [`registry.example/${"漢字".repeat(40)}:1`, many],
    ["\u001b".repeat(99), many],
  );
  for (const line of scanLines(wide, plain)) expect(stringWidth(line)).toBeLessThanOrEqual(80);
});

test("in JSON negligible and unknown are apart", () => {
  const failed: Scan = { kind: "failed", scanner: "trivy", message: "trivy failed", log: ["why"] };
  expect(scanJson(scans(["a", counted({ negligible: 2, unknown: 3 })], ["b", failed]))).toEqual({
    error: "b: trivy failed",
    images: [
      {
        image: "a",
        scanner: "grype",
        version: "0.121.2",
        database: "2026-11-24T02:19:59Z",
        counts: { critical: 0, high: 0, medium: 0, low: 0, negligible: 2, unknown: 3 },
        findings: 5,
        vulnerabilities: 1,
        fixable: 1,
      },
      { image: "b", scanner: "trivy", error: "trivy failed", log: ["why"] },
    ],
  });
  expect(scanJson(scans(["a", counted({})]))).toMatchObject({ error: null });
});
