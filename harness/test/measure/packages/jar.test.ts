import { Buffer } from "node:buffer";
import { describe, expect, test } from "vitest";
import { jar } from "../../../src/measure/packages/java/jar.ts";
import { zipReader } from "../../../src/measure/packages/java/zip-stream.ts";
import { archiveName } from "../../../src/measure/packages/java/archive-name.ts";
import { namesIn, packagesIn } from "./fixtures/reading.ts";
import { manifest, pom, zip, type Member } from "./fixtures/zip.ts";

const LIBRARY = zip([pom("org.x", "inner", "2.0")]);
const stored = (name: string, data: Buffer): Member => ({ name, data, stored: true });

describe("an archive's own name", () => {
  test("by Maven, with its group", () => {
    const jar = zip([manifest(["Bundle-Version: 1.2.3.0"]), pom("com.x.y", "core", "1.2.3")]);
    expect(packagesIn("/app/core-1.2.3.jar", jar)).toEqual([
      {
        kind: "java",
        name: "com.x.y:core",
        version: "1.2.3",
        path: "/app/core-1.2.3.jar",
        architecture: null,
        source: null,
      },
    ]);
    expect(namesIn("/app/app.jar", jar)).toEqual(["com.x.y:core 1.2.3"]);
    expect(namesIn("/app/com.x.y.core-1.2.3.jar", jar)).toEqual(["com.x.y:core 1.2.3"]);
    const spec = zip([pom("org.x", "api_3.0_spec", "1.1")]);
    expect(namesIn("/app/api-3.0-spec.jar", spec)).toEqual(["org.x:api_3.0_spec 1.1"]);
  });

  test.each<[string, readonly string[], readonly string[]]>([
    ["spring-core-6.1.14.jar", ["Implementation-Version: 6.1.14"], ["spring-core 6.1.14"]],
    ["guava-33.3.1-jre.jar", [], ["guava 33.3.1-jre"]],
    ["plain.jar", ["Bundle-Version: 3", "Specification-Version: 4"], ["plain 3"]],
    ["plain.jar", ["Implementation-Version: 1.0-a-b", "Bundle-Version: 3"], ["plain 1.0-a-b"]],
    ["odd-1.0-a-b.jar", ["Implementation-Version: 1.0-a-b"], ["odd 1.0-a-b"]],
    ["a-1.2-linux-x86_64.jar", ["Implementation-Version: 1.2"], ["a 1.2"]],
    ["long.jar", ["Implementation-Version: 1.0-ab", " cd", " ef"], ["long 1.0-abcdef"]],
    ["unknown.jar", ["Main-Class: x.Y"], []],
    ["late.jar", ["", "Name: x/", "Implementation-Version: 1"], []],
  ])("%s with %j", (name, lines, expected) => {
    expect(namesIn(`/app/${name}`, zip([manifest(lines)]))).toEqual(expected);
  });

  test.each([
    ["log4j-1.2-api-2.24.1.jar", "log4j-1.2-api", "2.24.1"],
    ["a-1.0-SNAPSHOT.jar", "a", "1.0-SNAPSHOT"],
    ["a-1.0-20240101.123456-7.war", "a", "1.0-20240101.123456-7"],
    ["jakarta.servlet-api-6.0.0.jar", "jakarta.servlet-api", "6.0.0"],
    ["a-2.0-beta-2.jar", "a", "2.0-beta-2"],
    ["org.x-1.1.6-SONATYPE-5348-V8.jar", "org.x", "1.1.6-SONATYPE-5348-V8"],
    ["jsr305-0.1~+svn49.jar", "jsr305", "0.1~+svn49"],
    ["netty-4.1.114.Final.jar", "netty", "4.1.114.Final"],
    ["statemap-6.0.1-java.jar", "statemap", "6.0.1"],
    ["x-1.0-SNAPSHOT-exec.jar", "x", "1.0-SNAPSHOT"],
    ["h2.jar", "h2", null],
    ["-1.0.jar", "-1.0", null],
  ])("%s", (name, artifact, version) => {
    expect(archiveName(`/app/${name}`, [])).toEqual({ artifact, version });
  });
});

describe("what is packed into an archive", () => {
  test("by shading: each artifact that left its properties", () => {
    const jar = zip([pom("a", "dep", "1"), pom("b", "other", "2"), pom("c", "tool", "3")]);
    expect(namesIn("/app/tool-3.jar", jar)).toEqual(["a:dep 1", "b:other 2", "c:tool 3"]);
  });

  test("by shading into one with a longer name", () => {
    const poms = [pom("w", "http", "3.5"), pom("x", "y", "1")];
    const expected = ["w:http 3.5", "x:y 1"];
    expect(namesIn("/http-shaded-3.5.jar", zip(poms))).toEqual([...expected, "http-shaded 3.5"]);
    expect(namesIn("/http-3.5-shaded.jar", zip(poms))).toEqual(expected);
  });

  test("by shading into one of another version", () => {
    const guice = zip([pom("cglib", "cglib", "3.2"), manifest(["Bundle-Version: 4.2.3"])]);
    expect(namesIn("/app/guice.jar", guice)).toEqual(["cglib:cglib 3.2", "guice 4.2.3"]);
    expect(namesIn("/app/core-1.1.jar", zip([pom("cglib", "cglib", "3.2")]))).toEqual([
      "cglib:cglib 3.2",
      "core 1.1",
    ]);
  });

  test("by shading into one that was not built by Maven", () => {
    const jar = zip([pom("a", "dep", "1"), pom("b", "other", "2")]);
    expect(namesIn("/app/tool-3.jar", jar)).toEqual(["a:dep 1", "b:other 2", "tool 3"]);
  });

  test("as Spring Boot and as wars have it: archives inside, stored or deflated", () => {
    const app = zip(
      [
        manifest(["Implementation-Version: 7"]),
        { name: "BOOT-INF/lib/", data: "", stored: true },
        stored("BOOT-INF/lib/inner-2.0.jar", LIBRARY),
        stored("BOOT-INF/lib/spring-core-6.1.14.jar", zip([manifest([])])),
        { name: "WEB-INF/lib/org.x.inner-2.0.jar", data: LIBRARY },
        stored("BOOT-INF/lib/empty-1.5.jar", Buffer.from("no zip")),
        { name: "BOOT-INF/classes/x.jar.txt", data: LIBRARY },
      ],
      { prefix: Buffer.from("#!/bin/bash\nexec java -jar $0\n"), comment: "a comment" },
    );
    const expected = [
      "org.x:inner 2.0",
      "spring-core 6.1.14",
      "org.x:inner 2.0",
      "empty 1.5",
      "app 7",
    ];
    for (const size of [97, 65_536]) expect(namesIn("/app/app.jar", app, size)).toEqual(expected);
  });

  test("with sizes behind the data, as Java's own writer puts them", () => {
    const jar = zip([{ ...pom("a", "b", "1"), descriptor: true }]);
    expect(namesIn("/x.jar", jar)).toEqual(["a:b 1"]);
  });

  test("four deep, and no deeper", () => {
    let jar = zip([pom("deepest", "d", "1")]);
    for (const name of ["e-5.jar", "d-4.jar", "c-3.jar", "b-2.war"]) jar = zip([stored(name, jar)]);
    expect(namesIn("/a-1.ear", jar)).toEqual(["e 5", "d 4", "c 3", "b 2", "a 1"]);
  });
});

/** What is in it decides nothing, only how much it is. */
const FILLER = stored("filler.bin", Buffer.alloc(17 << 20));

describe("an archive larger than 16 MiB, which is not held", () => {
  const inside: readonly Member[] = [
    manifest(["Implementation-Version: 7"]),
    { ...pom("a", "b", "1"), descriptor: true },
    { name: "BOOT-INF/lib/inner-2.0.jar", data: LIBRARY, descriptor: true },
    { ...stored("BOOT-INF/lib/stored-3.jar", zip([manifest([])])), descriptor: "too" },
    { name: "x.class", data: "PK\u0007\u0008 is no descriptor here", descriptor: true },
    { ...pom("c", "d", "1"), flags: 1 },
    { name: "folder/", data: "", stored: true },
    stored("empty.txt", Buffer.alloc(0)),
  ];
  const expected = ["org.x:inner 2.0", "stored 3", "z:last 1", "a:b 1", "e:f 1", "large 7"];

  test.each([1000, 65_536, 1 << 20])("in chunks of %i bytes", (size) => {
    const last = stored("last-1.jar", zip([pom("z", "last", "1")]));
    const large = zip([...inside, FILLER, last, pom("e", "f", "1")], {
      prefix: Buffer.from("#!/bin/sh\nPK\n"),
    });
    expect(namesIn("/large.jar", large, size)).toEqual(expected);
  });

  test("byte by byte, up to the filler", () => {
    const bytes = zip([...inside, pom("g", "h", "2")]);
    const told: string[] = [];
    const { wants, file, end } = jar("/large.jar", ({ name }) => told.push(name ?? ""), {
      left: 1 << 20,
    });
    const reader = zipReader(wants, file, end);
    for (const byte of bytes) reader.data(Uint8Array.of(byte));
    reader.end();
    expect(told).toEqual(["org.x:inner", "stored", "a:b", "g:h", "large"]);
  });

  test("names what is too large inside it", () => {
    const large = stored("lib/rocksdbjni-9.1.jar", Buffer.alloc(33 << 20));
    expect(namesIn("/app-1.jar", zip([large, pom("a", "app", "1")]), 1 << 20)).toEqual([
      "rocksdbjni 9.1",
      "a:app 1",
    ]);
  });

  test("that is none gives its name", () => {
    expect(namesIn("/large-1.jar", Buffer.alloc(17 << 20), 1 << 20)).toEqual(["large 1"]);
    expect(namesIn("/large.jar", Buffer.alloc(17 << 20), 1 << 20)).toEqual([]);
  });
});

describe("hostile archives", () => {
  test.each([
    ["no zip", Buffer.alloc(5000, "x")],
    ["empty", Buffer.alloc(0)],
    ["cut off", LIBRARY.subarray(0, -10)],
    ["encrypted", zip([{ ...pom("a", "b", "1"), flags: 1 }])],
    ["of an unknown method", zip([{ ...pom("a", "b", "1"), method: 99 }])],
    ["with a name of controls", zip([pom("a", "\u001b[2J", "1")])],
    ["with properties that were not filled", zip([pom("a", "b", "")])],
  ])("%s", (_, jar) => {
    expect(namesIn("/app.jar", jar)).toEqual([]);
  });

  test("a bomb: what is inside costs no more than its bound", () => {
    const before = process.memoryUsage().rss;
    const bomb = { name: "lib/bomb-1.jar", data: Buffer.alloc(70 << 20) };
    const found = namesIn("/app-1.jar", zip([bomb, { ...bomb, name: "lib/more-1.jar" }]));
    expect(found).toEqual(["bomb 1", "more 1", "app 1"]);
    expect(process.memoryUsage().rss - before).toBeLessThan(400 << 20);
  });

  test("a directory of a hundred thousand names for the same file", () => {
    const began = performance.now();
    const inner = zip([stored("x", Buffer.alloc(100_000, "x")), pom("a", "b", "1")]);
    const jar = zip([stored("lib/b-1.jar", inner)], { times: 100_000 });
    const found = namesIn("/app-2.jar", jar, 1 << 20);
    expect(found.at(0)).toBe("a:b 1");
    expect(found.length).toBeLessThan(4000);
    expect(performance.now() - began).toBeLessThan(5000);
  });
});
