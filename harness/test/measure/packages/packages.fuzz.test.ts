import { Buffer } from "node:buffer";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Package } from "../../../src/model/anatomy.ts";
import { cargoPackages } from "../../../src/measure/packages/cargo.ts";
import { jar } from "../../../src/measure/packages/java/jar.ts";
import { zipReader } from "../../../src/measure/packages/java/zip-stream.ts";
import { packageUrl } from "../../../src/measure/packages/package-url.ts";
import { chunkSize, flipped, flips, place } from "../damage.ts";
import { database, packagesIn } from "./fixtures/reading.ts";
import { DEPENDENCIES } from "./fixtures/recorded.ts";
import { manifest, pom, zip } from "./fixtures/zip.ts";

/** Longest that one small file may take, milliseconds: far more than it needs, on a busy machine too. */
const HANG = 5000;

const library = zip([manifest(["Implementation-Version: 2"]), pom("a", "b", "1")]);
const app = zip([
  { name: "BOOT-INF/lib/b-1.jar", data: library, stored: true },
  { name: "WEB-INF/lib/c-2.jar", data: library, descriptor: true },
  { ...pom("d", "e", "3"), descriptor: true },
]);
const SEEDS: readonly (readonly [string, Buffer])[] = [
  ["/app/app.jar", app],
  ["/var/lib/rpm/rpmdb.sqlite", database("rpmdb.sqlite")],
  ["/var/lib/rpm/Packages.db", database("Packages.db")],
  ["/var/lib/rpm/Packages", database("Packages")],
  ["/var/lib/dpkg/status", Buffer.from("Package: a\nVersion: 1\nSource: b (2)\n\n")],
  ["/gems/specifications/a.gemspec", Buffer.from('s.name = "a"\ns.version = "1"\n')],
  ["/a/node_modules/b/package.json", Buffer.from('{"name":"b","version":"1"}')],
];
const seed = fc.constantFrom(...SEEDS);

/** Whatever was read: it can be printed, and named by a URL that a parser takes. */
function areSound(packages: readonly Package[]): void {
  for (const it of packages) {
    expect(`${it.name}${it.version}`).not.toMatch(/[\p{Cc}\p{Cs}]/u);
    expect(it.name && it.version).not.toBe("");
    expect(URL.canParse(packageUrl(it, { id: "debian", version: "13" }))).toBe(true);
  }
}

describe("damaged files give what can be read of them, and no error", () => {
  test("the seeds are sound, in chunks of any size", () => {
    for (const [path, bytes] of SEEDS) {
      const whole = packagesIn(path, bytes, bytes.length);
      expect(whole.length).toBeGreaterThan(0);
      areSound(whole);
      for (const size of [1, 13, 511]) expect(packagesIn(path, bytes, size)).toEqual(whole);
    }
  });

  test("cut off anywhere", () => {
    const cut = fc.property(seed, place, chunkSize, ([path, bytes], share, size) => {
      areSound(packagesIn(path, bytes.subarray(0, Math.floor(share * bytes.length)), size));
    });
    fc.assert(cut, { numRuns: 400, interruptAfterTimeLimit: HANG, markInterruptAsFailure: true });
  });

  test("bytes changed anywhere", () => {
    const changed = fc.property(seed, flips, chunkSize, ([path, bytes], changes, size) => {
      areSound(packagesIn(path, flipped(bytes, changes), size));
    });
    fc.assert(changed, {
      numRuns: 1000,
      interruptAfterTimeLimit: 4 * HANG,
      markInterruptAsFailure: true,
    });
  }, 30_000);

  test("zips that stream past", () => {
    const streamed = fc.property(flips, chunkSize, (changes, size) => {
      const { wants, file, end } = jar("/app.jar", () => {}, { left: 1 << 20 });
      const reader = zipReader(wants, file, end);
      const bytes = flipped(app, changes);
      for (let at = 0; at < bytes.length; at += size) reader.data(bytes.subarray(at, at + size));
      reader.end();
    });
    fc.assert(streamed, { numRuns: 500 });
  });

  test("a program's list of crates", () => {
    const section = Buffer.from(DEPENDENCIES, "base64");
    expect(cargoPackages(section, "/app").length).toBeGreaterThan(0);
    const changed = fc.property(flips, (changes) => {
      areSound(cargoPackages(flipped(section, changes), "/app"));
    });
    fc.assert(changed, { numRuns: 500 });
  });
});
