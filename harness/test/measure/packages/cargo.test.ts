import { Buffer } from "node:buffer";
import { deflateSync } from "node:zlib";
import { expect, test } from "vitest";
import { cargoPackages } from "../../../src/measure/packages/cargo.ts";
import { DEPENDENCIES } from "./fixtures/recorded.ts";

const names = (section: Buffer): readonly string[] =>
  cargoPackages(section, "/app").map(({ name, version }) => `${name} ${version}`);
const section = (document: unknown): Buffer => deflateSync(JSON.stringify(document));

test("as cargo-auditable writes it, without what only the build needed", () => {
  const recorded = Buffer.from(DEPENDENCIES, "base64");
  expect(names(recorded)).toEqual([
    "itoa 1.0.19",
    "memchr 2.8.3",
    "serde_core 1.0.229",
    "serde_json 1.0.154",
    "tiny 0.1.0",
    "zmij 1.0.23",
  ]);
  expect(cargoPackages(recorded, "/app")[0]).toEqual({
    kind: "cargo",
    name: "itoa",
    version: "1.0.19",
    path: "/app",
    architecture: null,
    source: null,
  });
});

test("crates of a build, and what are no crates, are left out", () => {
  const packages = [
    { name: "a", version: "1.0.0", source: "crates.io", kind: "runtime" },
    { name: "b", version: "1.0.0", kind: "build" },
    { name: "c", version: 1 },
    { name: "\u0007", version: "1" },
    null,
    "d",
  ];
  expect(names(section({ packages }))).toEqual(["a 1.0.0"]);
});

test.each([
  ["nothing", Buffer.alloc(0)],
  ["no zlib", Buffer.from("no zlib")],
  ["cut off", section({ packages: [{ name: "a", version: "1" }] }).subarray(0, 20)],
  ["no JSON", deflateSync("{")],
  ["null", section(null)],
  ["no list", section({ packages: {} })],
  ["a bomb", deflateSync(Buffer.alloc(9 << 20, " "))],
])("%s", (_, bytes) => {
  expect(names(bytes)).toEqual([]);
});
