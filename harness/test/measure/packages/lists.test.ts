import { Buffer } from "node:buffer";
import { describe, expect, test } from "vitest";
import { namesIn, packagesIn } from "./fixtures/reading.ts";

describe("dpkg", () => {
  const status = `Package: libc6
Status: install ok installed
Description: not these
 Package: indented
 Version: 0
Version: 2.41-12

Package: gone
Status: deinstall ok config-files
Version: 1

Package: held
Status: hold ok installed
Version: 1:2~rc1-3+b4

Package: half
Status: install ok half-configured
Version: 3

Package: versionless
Status: install ok installed


Package: libc6
Status: install ok installed
Architecture: i386
Version: 2.41-12`;

  test("those that are installed", () => {
    const installed = ["libc6 2.41-12", "held 1:2~rc1-3+b4", "libc6 2.41-12"];
    for (const size of [1, 7, 1000])
      expect(namesIn("/var/lib/dpkg/status", status, size)).toEqual(installed);
    expect(namesIn("/var/lib/dpkg/status-old", status)).toEqual([]);
    expect(namesIn("/x/var/lib/dpkg/status", status)).toEqual([]);
  });

  test("with architecture, and source where that has another name or version", () => {
    const paragraph = (rest: string): string =>
      `Package: a\nVersion: 1+b2\nArchitecture: amd64\n${rest}\n`;
    const source = (rest: string): string | null | undefined =>
      packagesIn("/var/lib/dpkg/status", paragraph(rest))[0]?.source;
    expect(packagesIn("/var/lib/dpkg/status", paragraph("Source: glibc"))).toEqual([
      {
        kind: "deb",
        name: "a",
        version: "1+b2",
        path: "/var/lib/dpkg/status",
        architecture: "amd64",
        source: "glibc",
      },
    ]);
    expect(source("")).toBeNull();
    expect(source("Source: a (1)")).toBe("a@1");
    expect(source("Source: gcc-defaults (1.220)")).toBe("gcc-defaults@1.220");
    expect(source("Source: odd (1")).toBe("odd (1");
  });

  test("distroless' own list, a file each", () => {
    const folder = "/var/lib/dpkg/status.d";
    const tzdata = "Package: tzdata\nVersion: 2026a-0\nMaintainer: x\n\n";
    expect(namesIn(`${folder}/tzdata`, tzdata)).toEqual(["tzdata 2026a-0"]);
    expect(namesIn(`${folder}/base`, "Package: base-files\r\nVersion: 13.8\r\n")).toEqual([
      "base-files 13.8",
    ]);
    expect(namesIn(`${folder}/tzdata.md5sums`, tzdata)).toEqual([]);
    expect(namesIn(`${folder}/deep/tzdata`, tzdata)).toEqual([]);
  });
});

test.each(["/lib/apk/db/installed", "/usr/lib/apk/db/installed"])("apk's in %s", (path) => {
  const installed =
    "C:Q1abc=\nP:libcrypto3\nV:3.5.4-r0\nA:x86_64\no:openssl\nF:lib\nR:libcrypto.so.3\n\nP:zlib\nV:1.3.1-r2\nA:x86_64\no:zlib\n";
  expect(packagesIn(path, installed)).toEqual([
    {
      kind: "apk",
      name: "libcrypto3",
      version: "3.5.4-r0",
      path,
      architecture: "x86_64",
      source: "openssl",
    },
    { kind: "apk", name: "zlib", version: "1.3.1-r2", path, architecture: "x86_64", source: null },
  ]);
});

describe("what can be no name", () => {
  const apk = (name: string | Buffer): readonly string[] =>
    namesIn(
      "/lib/apk/db/installed",
      Buffer.concat([Buffer.from("P:"), Buffer.from(name as string), Buffer.from("\nV:1\n")]),
    );

  test("bytes that are no UTF-8 are latin1", () => {
    expect(apk(Buffer.from("caf\xe9", "latin1"))).toEqual(["café 1"]);
  });

  test.each([
    ["an escape", "a\u001b[2Jb"],
    ["a control of latin1", Buffer.from("a\x9bb", "latin1")],
    ["text turned around", "a\u202Eb"],
    ["nothing to see", "a\u200Bb"],
    ["a line separator", "a\u2028b"],
    ["more than a thousand characters", "a".repeat(1025)],
    ["a line without end", "y".repeat(200_000)],
  ])("%s", (_, name) => {
    expect(apk(name)).toEqual([]);
  });

  test("an architecture of that kind is none, the package stays", () => {
    expect(packagesIn("/lib/apk/db/installed", "P:a\nV:1\nA:\u001b[31m\n")).toMatchObject([
      { name: "a", architecture: null },
    ]);
  });
});

test("of more packages than any image has, one list tells few more", () => {
  const many = "P:a\nV:1\n\n".repeat(100_500);
  expect(packagesIn("/lib/apk/db/installed", many, 65_536)).toHaveLength(100_001);
});
