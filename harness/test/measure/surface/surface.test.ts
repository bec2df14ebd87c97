import { expect, test } from "vitest";
import type { Surface } from "../../../src/measure/surface/surface.ts";
import { file, gnuLong, pax } from "../fixtures/tar.ts";
import { program, surface } from "./looking.ts";

test("all are counted, the first twenty named", async () => {
  const names = Array.from(
    { length: 500 },
    (_, n) => `app/${String((n * 7) % 500).padStart(3, "0")}.go`,
  );
  const { sources } = await surface(...names.map((name) => file(name, "")));
  expect(sources.count).toBe(500);
  expect(sources.paths).toEqual(
    names
      .toSorted()
      .slice(0, 20)
      .map((name) => `/${name}`),
  );
});

test("the first are those in the order of code units, though a folder is looked at before its neighbours", async () => {
  const names = Array.from({ length: 30 }, (_, n) => (n % 2 ? `app/a/${n}.go` : `app/a-${n}.go`));
  const { sources } = await surface(...names.map((name) => file(name, "")));
  expect(sources.paths).toEqual(
    names
      .toSorted()
      .slice(0, 20)
      .map((name) => `/${name}`),
  );
});

test("however a name is written", async () => {
  const long = `app/${"deep/".repeat(60)}main.go`;
  const { shells, sources } = await surface(
    program("./bin/sh"),
    program("/usr/bin/sh"),
    pax({ path: long }),
    file("cut", ""),
    gnuLong("L", `x/${long}`),
    file("cut", ""),
    pax({ path: `${"d/".repeat(20_000)}main.go` }),
    file("cut", ""),
  );
  expect(shells.paths).toEqual(["/bin/sh", "/usr/bin/sh"]);
  expect(sources.paths).toEqual([`/${long}`, `/x/${long}`]); // the last is longer than any system allows
});

test("an empty file system has nothing", async () => {
  const none = { count: 0, bytes: 0, paths: [] };
  const nothing: Surface = {
    shells: none,
    packageManagers: none,
    compilers: none,
    sources: none,
    caches: none,
    setuid: none,
    capabilities: none,
    worldWritable: none,
    secrets: none,
  };
  expect(await surface()).toEqual(nothing);
});
