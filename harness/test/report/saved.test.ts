import { stripVTControlCharacters } from "node:util";
import fc from "fast-check";
import stringWidth from "string-width";
import { expect, test } from "vitest";
import type { Anatomy } from "../../src/model/anatomy.ts";
import type { MeasuredImage } from "../../src/model/result.ts";
import { savedLines } from "../../src/report/saved.ts";
import { painter } from "../../src/report/text.ts";
import { anyInspection, hostile, multi, single } from "./inspections.ts";
import { image, pair } from "./results.ts";

const measured = (anatomy: Anatomy): MeasuredImage => ({
  ...image({ unpacked: 1, transfer: 1 }),
  anatomy,
});

function saved(baseline: Anatomy, candidate: Anatomy, name = "multi"): string[] {
  const images = { baseline: measured(baseline), candidate: measured(candidate) };
  return savedLines(pair({ candidate: name, images }), painter(false), 80);
}

test("what a candidate saves, by cause, and that its setuid programs are gone", () => {
  expect(saved(single().anatomy, multi().anatomy)).toEqual([
    "    multi saves compiler, SDK, build tools 580 MB; operating system 173 MB;",
    "            application 899 kB",
    "          setuid or setgid files: 2 -> 0",
  ]);
});

test("four causes are named, the others together", () => {
  const causes = (["compiler", "system", "runtime", "caches", "bytecode", "sources"] as const).map(
    (cause, at) => ({ cause, bytes: (9 - at) * 1_000_000 }),
  );
  const [first, second] = saved({ ...multi().anatomy, causes }, { ...multi().anatomy, causes: [] });
  expect(`${first}${second}`).toMatch(
    /saves compiler.*system.*runtime.*caches 6\.00 MB; +others 9\.00 MB$/,
  );
});

test("what it adds, as when another base is taken", () => {
  const more = { ...multi().anatomy, causes: [{ cause: "runtime" as const, bytes: 9_000_000 }] };
  expect(saved(multi().anatomy, more)).toEqual([
    "    multi saves application 2.00 MB",
    "          adds language runtime 9.00 MB",
  ]);
});

test("secrets and a loader that is not there are warned of", () => {
  const { anatomy } = single();
  expect(saved(anatomy, anatomy)).toEqual([
    "    multi holds 1 likely secret: /app/.env: settings with a password",
    "          lacks /lib/ld-musl-x86_64.so.1, the loader of /app/other",
  ]);
});

test("nothing is said of equal images, nor of one that was not built", () => {
  expect(saved(multi().anatomy, multi().anatomy)).toEqual([]);
  const images = { baseline: measured(single().anatomy), candidate: null };
  expect(savedLines(pair({ images }), painter(false), 80)).toEqual([]);
});

test("whatever an image holds, it stays within its columns", () => {
  fc.assert(
    fc.property(anyInspection, anyInspection, hostile, (a, b, name) => {
      const images = { baseline: measured(a.anatomy), candidate: measured(b.anatomy) };
      const lines = savedLines(pair({ candidate: name, images }), painter(false), 80);
      expect(
        lines.filter((it) => stringWidth(it) > 80 || /[\p{Cc}\p{Cf}\p{Cs}]/u.test(it)),
      ).toEqual([]);
      const painted = savedLines(pair({ candidate: name, images }), painter(true), 80);
      expect(painted.map((it) => stripVTControlCharacters(it))).toEqual(lines);
    }),
    { numRuns: 100 },
  );
});
