import { Buffer } from "node:buffer";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { packageReader } from "../../../src/measure/packages/package-reader.ts";
import { rpmHeader } from "../../../src/measure/packages/rpm/header.ts";
import { tableRows } from "../../../src/measure/packages/rpm/sqlite.ts";
import { database, entryOf, namesIn, packagesIn } from "./fixtures/reading.ts";
import { rpmHeaderOf } from "./fixtures/rpm-header.ts";

const NAME = 1000;
const VERSION = 1001;
const RELEASE = 1002;
const EPOCH = 1003;
const named = (name: string, more: Readonly<Record<number, string | number>> = {}): Buffer =>
  rpmHeaderOf({ [NAME]: name, [VERSION]: "1", [RELEASE]: "2", ...more });

describe("a database that rpm wrote", () => {
  test.each([
    ["/var/lib/rpm/rpmdb.sqlite", "rpmdb.sqlite"],
    ["/usr/lib/sysimage/rpm/Packages.db", "Packages.db"],
    ["/var/lib/rpm/Packages", "Packages"],
    ["/usr/share/rpm/Packages", "Packages of a big-endian machine"],
  ])("%s, from %s", (path, recorded) => {
    const expected = [
      { name: "lib-tiny", version: "0:1.2-3", architecture: "noarch" },
      { name: "tiny", version: "2:1.2-3", architecture: "x86_64" },
    ].map((it) => ({ kind: "rpm", ...it, path, source: "tiny-1.2-3.src.rpm" }));
    const found = packagesIn(path, database(recorded), 65_536);
    expect(found.toSorted((a, b) => (a.name < b.name ? -1 : 1))).toEqual(expected);
  });

  test("elsewhere is none of the system's", () => {
    expect(namesIn("/srv/rpm/rpmdb.sqlite", database("rpmdb.sqlite"))).toEqual([]);
  });

  test.each([
    [256 << 20, true],
    [(256 << 20) + 1, false],
  ])("of %i bytes is read: %s", (size, isRead) => {
    const path = "/var/lib/rpm/Packages.db";
    expect(packageReader(path, entryOf(path, size), () => {}) !== null).toBe(isRead);
  });
});

describe("a header", () => {
  test("without an epoch, with tags of no interest before and between", () => {
    const blob = rpmHeaderOf({ 100: "C", [NAME]: "a", [VERSION]: "1", [RELEASE]: "2", 1004: "s" });
    expect(rpmHeader(blob)).toMatchObject({ name: "a", version: "1-2", architecture: undefined });
  });

  test("with an epoch of 0", () => {
    expect(rpmHeader(named("a", { [EPOCH]: 0 }))?.version).toBe("0:1-2");
  });

  test.each([
    ["cut off", named("a").subarray(0, -1)],
    ["shorter than its counts", Buffer.alloc(7)],
    ["of more entries than there are bytes", Buffer.alloc(64, 0xff)],
    ["without a release", rpmHeaderOf({ [NAME]: "a", [VERSION]: "1" })],
    ["with a number for a version", rpmHeaderOf({ [NAME]: "a", [VERSION]: "", [RELEASE]: "1" })],
  ])("%s", (_, blob) => {
    expect(rpmHeader(blob)).toBeNull();
  });
});

describe("SQLite's own databases", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "slimproof-rpm-"));
  });
  afterAll(() => rm(folder, { recursive: true }));

  async function written(pageSize: number, blobs: readonly Buffer[]): Promise<Buffer> {
    const path = join(folder, `${pageSize}-${blobs.length}.sqlite`);
    const db = new DatabaseSync(path);
    db.exec(
      `PRAGMA page_size = ${pageSize}; CREATE TABLE 'Name' (a, b); CREATE INDEX i ON Name (a);` +
        `CREATE TABLE 'Packages' (hnum INTEGER PRIMARY KEY AUTOINCREMENT, blob BLOB NOT NULL)`,
    );
    const insert = db.prepare("INSERT INTO Packages (blob) VALUES (?)");
    db.exec("BEGIN");
    for (const blob of blobs) insert.run(blob);
    db.exec("COMMIT");
    db.close();
    return readFile(path);
  }

  test.each([512, 1024, 4096, 65_536])("with pages of %i bytes", async (pageSize) => {
    // Around where a row goes to overflow pages, far beyond it, and enough of them for inner pages.
    const sizes = [...Array(600).keys()].map((n) => (n % 50 === 0 ? n * 100 : n * 3));
    const blobs = sizes.map((size, n) => Buffer.alloc(size, n));
    const rows = [...tableRows(await written(pageSize, blobs), "Packages")];
    const order = (a: Buffer, b: Buffer): number => a.length - b.length || a.compare(b);
    const read = rows.map(([, blob]) => Buffer.from(blob ?? ""));
    expect(read.sort(order).map(String)).toEqual(blobs.toSorted(order).map(String));
  });

  test("keys that signatures are checked by are no packages", async () => {
    const bytes = await written(4096, [named("gpg-pubkey"), named("bash")]);
    expect(namesIn("/var/lib/rpm/rpmdb.sqlite", bytes)).toEqual(["bash 1-2"]);
  });

  test("a page that leads to itself is read once", async () => {
    const blobs = [...Array(300).keys()].map((n) => named(`p${n}`, { 1005: "x".repeat(400) }));
    const bytes = await written(512, blobs);
    expect(namesIn("/var/lib/rpm/rpmdb.sqlite", bytes)).toHaveLength(300);
    // Every place where a page's number may stand leads to the same page.
    for (const page of [1, 2, 5, 9]) {
      const circle = Buffer.from(bytes);
      for (let at = 512; at < circle.length; at += 512) circle.writeUInt32BE(page, at + 8);
      for (let at = 512; at < circle.length; at += 512) circle.writeUInt32BE(page, at);
      expect(namesIn("/var/lib/rpm/rpmdb.sqlite", circle).length).toBeLessThan(300);
    }
  });
});

test("blobs that lie over each other in ndb end the list", () => {
  const slots = 255 - 1;
  const head = Buffer.alloc(4096);
  head.write("RpmP");
  head.writeUInt32LE(1, 12);
  const blob = Buffer.concat([named("a"), Buffer.alloc(100_000)]);
  for (let n = 0; n < slots; n++) {
    const at = 32 + 16 * n;
    head.write("Slot", at);
    head.writeUInt32LE(n + 1, at + 4);
    head.writeUInt32LE(256, at + 8);
  }
  const body = Buffer.alloc(16);
  body.write("BlbS");
  body.writeUInt32LE(blob.length, 12);
  const bytes = Buffer.concat([head, body, blob]);
  expect(namesIn("/var/lib/rpm/Packages.db", bytes)).toEqual(["a 1-2"]);
});
