import { stripVTControlCharacters } from "node:util";
import fc from "fast-check";
import stringWidth from "string-width";
import { describe, expect, test } from "vitest";
import type { Inspection } from "../../src/model/inspection.ts";
import { inspectJson } from "../../src/report/inspect-json.ts";
import { inspectReport } from "../../src/report/inspect-terminal.ts";
import { treeOf } from "../measure/diff/trees.ts";
import { anyInspection, file, folder, layer, multi, single } from "./inspections.ts";

/** The report as it stands on a terminal, a line feed before it for the eye. */
function report(inspection: Inspection, shown = { depth: 2, top: 5 }): string {
  return `\n${inspectReport([inspection], shown, false)}`;
}

test("a large image", () => {
  expect(report(single())).toMatchInlineSnapshot(`
    "
    calc:single
      platform    linux/amd64, debian 13
      user        root (no USER)
      runs        ["/app/app"]
      size        756 MB in 3 layers, 26,252 files, 300 kB (0.040%) wasted

      layers
          layer                            unpacked   added changed removed   wasted
        1 ADD file:01234567 in /            77.9 MB   3,250       -       -        -
        2 sha256:a1a1a1a1a1a1                676 MB  23,000      12       3        -
        3 RUN go build -o app               2.30 MB       2       -       -   300 kB

      wasted
          300 kB  /app/app.tmp  2 copies
            60 B  /etc/passwd
            30 B  at other paths

      bytes by cause
        compiler, SDK, build tools  580 MB   76.7%  ███████████████████████
        operating system            173 MB   22.9%  ██████▉
        application                2.90 MB   0.38%  ▏
        sources                    1.20 kB <0.001%  ▏

      biggest
        /usr/                          750 MB   99.2%   26,000 files  █████████████▉
          local/go/                    260 MB   34.4%   11,000 files  ████▉
          bin/                         115 MB   15.2%      377 files  ██▏
          …                            375 MB   49.6%                 ███████

      largest files
         25.8 MB  /usr/local/go/pkg/tool/linux_amd64/compile
         2.00 MB  /app/app

      attack surface
        shells                 3  1.43 MB  /usr/bin/bash, /usr/bin/dash, /usr/bin/sh
        compilers              2  17.9 MB  /usr/bin/gcc, /usr/local/go/bin/go
        sources                1  1.20 kB  /app/main.go
        setuid, setgid         2   900 kB  /usr/bin/chsh, /usr/bin/su
        likely secrets         1  1.70 kB  /app/.env: settings with a password
        none: package managers; caches; file capabilities; world-writable

      packages
        227: deb 207, go 20

      programs
        16 static, 401 dynamic, 590 libraries, 976 stripped
        /app/other misses the loader that it asks for
          /lib/ld-musl-x86_64.so.1
        /usr/lib/libsvn.so.1 misses libraries
          libsecret-1.so.0, libglib-2.0.so.0
    "
  `);
});

test("one from scratch, with compressed sizes", () => {
  const layers = [
    layer({ unpacked: 2_000_000, transfer: 1_150_000, instruction: "COPY /app/app /app/app" }),
  ];
  expect(report({ ...multi(), layers })).toMatchInlineSnapshot(`
    "
    calc:multi
      platform    linux/amd64, no distribution
      user        65532
      runs        ["/app/app"]
      size        2.00 MB in 1 layer, 1 file, 1.15 MB to transfer

      layers
          layer                   unpacked transfer   added changed removed   wasted
        1 COPY /app/app /app/app   2.00 MB  1.15 MB       -       -       -        -

      bytes by cause
        application                2.00 MB  100.0%  ██████████████████████████████

      biggest
        /app/app                      2.00 MB  100.0%                 ██████████████

      largest files
         2.00 MB  /app/app

      attack surface
        none: shells; package managers; compilers; sources; caches; setuid, setgid;
        file capabilities; world-writable; likely secrets

      packages
        go 1

      programs
        1 static, 0 dynamic, 0 libraries, 1 stripped
    "
  `);
});

test("an image of nothing", () => {
  const none = {
    ...multi(),
    layers: [],
    size: { unpacked: 0, transfer: 0 },
    folders: folder("", 0, 0),
    largest: [],
    anatomy: { ...multi().anatomy, files: { count: 0, bytes: 0 }, causes: [], packages: [] },
  };
  expect(report(none)).toMatch(
    /size +0 B in 0 layers, 0 files, 0 B to transfer\n\n {2}attack surface\n/,
  );
});

test("several images are told one below the other", () => {
  const text = inspectReport([single(), multi()], { depth: 1, top: 1 }, false);
  expect(text).toMatch(/^calc:single\n.*\n\n\ncalc:multi\n/s);
});

describe("the tree of the biggest things", () => {
  const deep = folder("", 1000, 4, [
    folder("usr", 900, 3, [
      folder("local", 600, 1, [folder("go", 600, 1, [folder("bin", 600, 1, [file("go", 600)])])]),
      folder("lib", 295, 1, [file("libc.so", 295)]),
      folder("tiny", 5, 1, [file("x", 5)]),
    ]),
    file("app", 100),
  ]);
  const places = (depth: number, top = 9): string[] =>
    report({ ...single(), folders: deep }, { depth, top })
      .split("\n\n")
      .find((it) => it.startsWith("  biggest"))
      ?.split("\n")
      .slice(1)
      .map((line) => line.slice(4, 33).trimEnd()) ?? [];

  test("goes as deep as it is asked to", () => {
    expect(places(0)).toEqual([]);
    expect(places(1)).toEqual(["/usr/", "/app"]);
  });

  test("folders that hold nothing but one other are told in one row, and what is small is left out", () => {
    expect(places(2)).toEqual(["/usr/", "  local/go/bin/go", "  lib/libc.so", "/app"]);
  });

  test("tells how much is not listed", () => {
    expect(places(2, 1)).toEqual(["/usr/", "  local/go/bin/go", "  …", "…"]);
  });
});

test("names cannot reach the terminal, and no line is wider than it", () => {
  const shown = fc.record({ depth: fc.nat(6), top: fc.integer({ min: 1, max: 30 }) });
  fc.assert(
    fc.property(anyInspection, shown, (inspection, how) => {
      const plain = inspectReport([inspection], how, false);
      const bad = plain
        .split("\n")
        .filter((line) => stringWidth(line) > 80 || /[\p{Cc}\p{Cf}\p{Cs}]/u.test(line));
      expect(bad).toEqual([]);
      expect(stripVTControlCharacters(inspectReport([inspection], how, true))).toBe(plain);
    }),
    { numRuns: 100 },
  );
});

describe("as JSON", () => {
  test("it holds all that an inspection does", () => {
    const images = [single(), multi()];
    expect(
      JSON.parse(inspectJson(images.map((inspection) => ({ inspection, tree: null })))),
    ).toEqual({
      schema: 1,
      images: JSON.parse(JSON.stringify(images)),
    });
  });

  test("with every file when they were asked for", async () => {
    const tree = await treeOf([
      { path: "bin/sh", kind: "symlink", target: "dash", mode: 0o777 },
      { path: "bin/su", kind: "file", data: "hello", mode: 0o4755, uid: 0 },
    ]);
    expect(JSON.parse(inspectJson([{ inspection: multi(), tree }])).images[0].files).toEqual([
      {
        path: "/bin",
        kind: "directory",
        bytes: 0,
        mode: "0755",
        uid: 0,
        gid: 0,
        target: "",
        hash: null,
      },
      {
        path: "/bin/sh",
        kind: "symlink",
        bytes: 0,
        mode: "0777",
        uid: 1000,
        gid: 1001,
        target: "dash",
        hash: null,
      },
      {
        path: "/bin/su",
        kind: "file",
        bytes: 5,
        mode: "4755",
        uid: 0,
        gid: 1001,
        target: "",
        hash: "2cf24dba5fb0a30e26e83b2ac5b9e29e",
      },
    ]);
  });
});
