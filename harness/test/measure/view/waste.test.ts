import { expect, test } from "vitest";
import { merge } from "../../../src/measure/tree/merge.ts";
import { wasteOf } from "../../../src/measure/view/waste.ts";
import { file, layer, whiteout } from "../tree/layers.ts";

test("what is lost at one path is one, the worst first", () => {
  const { lost } = merge([
    layer(file("/log", 10), file("/big", 100), file("/kept", 1000)),
    layer(file("/log", 20), file("/big", 5)),
    layer(file("/log", 30), whiteout("/big")),
  ]);
  expect(wasteOf(lost)).toEqual({
    bytes: 135,
    files: 4,
    paths: [
      { path: "/big", bytes: 105, copies: 2 },
      { path: "/log", bytes: 30, copies: 2 },
    ],
  });
});

test("fifty paths are named, all are counted", () => {
  const names = Array.from({ length: 200 }, (_, n) => `/f${n}`);
  const { lost } = merge([
    layer(...names.map((name, n) => file(name, n + 1))),
    layer(...names.map(whiteout)),
  ]);
  const waste = wasteOf(lost);
  expect(waste).toMatchObject({ files: 200, bytes: (200 * 201) / 2 });
  expect(waste.paths).toHaveLength(50);
  expect(waste.paths[0]).toEqual({ path: "/f199", bytes: 200, copies: 1 });
  expect(wasteOf([])).toEqual({ bytes: 0, files: 0, paths: [] });
});
