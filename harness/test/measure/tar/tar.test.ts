import { gunzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { TarEntry } from "../../../src/measure/tar/tar-entry.ts";
import { tarWalker } from "../../../src/measure/tar/tar.ts";
import { SPARSE } from "../fixtures/recorded.ts";
import { entry, file, gnuLong, header, octal, pax, seal, tar } from "../fixtures/tar.ts";

interface Read extends TarEntry {
  readonly data: Buffer;
}

/** Everything in a tar that arrives in chunks of a size, each entry with its data. */
function read(archive: Buffer, chunkSize: number = archive.length): readonly Read[] {
  const walker = tarWalker();
  const entries: Read[] = [];
  let open: { entry: TarEntry; data: Buffer[] } | null = null;
  for (let at = 0; at < archive.length; at += chunkSize) {
    walker.write(archive.subarray(at, at + chunkSize));
    for (let piece = walker.next(); piece !== null; piece = walker.next()) {
      if (piece === "entry") open = { entry: walker.entry(), data: [] };
      else if (piece === "data") open?.data.push(Buffer.from(walker.data()));
      else if (open !== null) entries.push({ ...open.entry, data: Buffer.concat(open.data) });
    }
  }
  walker.finish();
  return entries;
}

function only(...parts: readonly Buffer[]): Read {
  const entries = read(tar(...parts));
  expect(entries).toHaveLength(1);
  return entries[0] as Read;
}

const long = `${"directory/".repeat(20)}file`;

describe("what an entry is", () => {
  test("a regular file has its name, size, owner, mode and data", () => {
    const found = only(entry({ name: "etc/motd", mode: 0o4755 }, "hello"));
    expect(found).toMatchObject({ name: "etc/motd", kind: "file", size: 5, mode: 0o4755 });
    expect(found).toMatchObject({ uid: 1000, gid: 1001, sparse: false, linkname: "" });
    expect(found.data.toString()).toBe("hello");
  });

  test.each([
    ["0", "file"],
    ["\0", "file"],
    ["7", "file"],
    ["1", "link"],
    ["2", "symlink"],
    ["3", "device"],
    ["4", "device"],
    ["5", "directory"],
    ["6", "fifo"],
    ["V", "other"],
  ])("flag %j is a %s", (flag, kind) => {
    expect(only(entry({ name: "thing", flag })).kind).toBe(kind);
  });

  test("the oldest tars know a directory by its slash", () => {
    const found = only(entry({ name: "etc/", flag: "\0", magic: "v7" }));
    expect(found).toMatchObject({ name: "etc/", kind: "directory", size: 0 });
  });

  test.each(["1", "2", "3", "4", "5", "6"])(
    "flag %j has no data, whatever size it states",
    (flag) => {
      const entries = read(tar(header({ name: "thing", flag, size: 4096 }), file("next", "x")));
      expect(entries.map(({ name, size }) => [name, size])).toEqual([
        ["thing", 0],
        ["next", 1],
      ]);
    },
  );

  test("data of an unknown kind are passed by", () => {
    const entries = read(tar(entry({ name: "volume", flag: "Z" }, "label"), file("next", "x")));
    expect(entries.map(({ kind, size }) => [kind, size])).toEqual([
      ["other", 0],
      ["file", 1],
    ]);
  });
});

describe("names", () => {
  test("ustar keeps the first part of a long name apart", () => {
    expect(only(entry({ name: "file", prefix: "a/long/way/down" })).name).toBe(
      "a/long/way/down/file",
    );
  });

  test("GNU keeps times there, which are no name", () => {
    expect(only(entry({ name: "file", magic: "gnu", at: { 345: octal(1, 12) } })).name).toBe(
      "file",
    );
  });

  test("star keeps times in the end of that field", () => {
    const at = { 345: "way", 476: octal(1, 12), 508: "tar\0" };
    expect(only(entry({ name: "file", at })).name).toBe("way/file");
  });

  test("GNU's long name and long link target come before the entry", () => {
    const found = only(
      gnuLong("K", `to/${long}`),
      gnuLong("L", long),
      entry({ name: "cut", flag: "2" }),
    );
    expect(found).toMatchObject({ name: long, linkname: `to/${long}` });
  });

  test("pax gives names, sizes and owners, for one entry only", () => {
    const records = { path: "späte/namen", linkpath: "ziel", size: "3", uid: "3000000", gid: "7" };
    const first = Buffer.concat([
      pax(records),
      header({ name: "cut", size: 0 }),
      file("", "abc").subarray(512),
    ]);
    const [found, next] = read(tar(first, file("next", "x")));
    expect(found).toMatchObject({ name: "späte/namen", size: 3, uid: 3000000, gid: 7 });
    expect(found?.data.toString()).toBe("abc");
    expect(next).toMatchObject({ name: "next", size: 1, uid: 1000 });
  });

  test("extended attributes come as bytes", () => {
    const records = { "SCHILY.xattr.security.capability": "\u0001=\n\u0000x" };
    const found = only(pax(records), file("ping", ""));
    expect(found.pax.get("SCHILY.xattr.security.capability")?.toString()).toBe("\u0001=\n\u0000x");
  });

  test("an empty pax record unsets", () => {
    expect(only(pax({ path: "" }), file("kept", "")).name).toBe("kept");
  });

  test("global pax records are passed by, as Docker does", () => {
    expect(only(pax({ path: "wrong" }, "g"), file("right", "")).name).toBe("right");
  });

  test("names that are no UTF-8 stay apart", () => {
    const named = (byte: number): Buffer => entry({ name: "", at: { 0: Buffer.from([byte]) } });
    const [first, second] = read(tar(named(0xfe), named(0xff)));
    expect(first?.name).not.toBe(second?.name);
  });
});

describe("sizes", () => {
  test("base-256, as GNU writes it beyond 8 GiB", () => {
    expect(only(entry({ name: "small", base256: true }, "abc")).size).toBe(3);
    const walker = tarWalker();
    walker.write(header({ name: "large", base256: true, size: 9e12 }));
    expect(walker.next()).toBe("entry");
    expect(walker.entry()).toMatchObject({ size: 9e12 });
  });

  test.each(["3 ", "   3\0", "0000000003\0\0", "00000000003"])("octal digits as %j", (digits) => {
    const block = header({ name: "file", at: { 124: digits.padEnd(12, "\0") } });
    expect(only(block, file("", "abc").subarray(512)).data.toString()).toBe("abc");
  });

  test.each(Object.entries(SPARSE))(
    "a sparse file counts with its holes: %s",
    (_form, recorded) => {
      const entries = read(gunzipSync(Buffer.from(recorded, "base64")));
      expect(entries.map(({ name, size, sparse }) => [name, size, sparse])).toEqual([
        ["holes", 1_978_425, true],
        ["small", 5, false],
      ]);
      expect(entries[1]?.data.toString()).toBe("hello");
    },
  );
});

describe("where it ends", () => {
  test("after two blocks of zeros, whatever follows", () => {
    expect(read(Buffer.concat([tar(file("a", "")), tar(file("b", ""))]))).toHaveLength(1);
  });

  test("without any end mark too, as Go's reader has it", () => {
    expect(read(file("a", "x"))).toHaveLength(1);
    expect(read(Buffer.concat([file("a", "x"), Buffer.alloc(512)]))).toHaveLength(1);
    expect(read(Buffer.alloc(0))).toHaveLength(0);
  });

  test("not after a single block of zeros that more follows", () => {
    expect(() => read(tar(file("a", ""), Buffer.alloc(512), file("b", "")))).toThrow(
      "no tar header before byte 1536",
    );
  });

  test("nowhere in the middle: every other length breaks off", () => {
    const whole = Buffer.concat([
      gnuLong("L", long),
      file("a", "x".repeat(600)),
      pax({ path: "b" }),
      file("b", ""),
    ]);
    const ends = Array.from({ length: whole.length }, (_, length) => length).filter((length) => {
      try {
        read(whole.subarray(0, length));
        return true;
      } catch (error) {
        expect(String(error)).toContain(`it breaks off at byte ${length}`);
        return false;
      }
    });
    expect(ends).toEqual([0, 1024 + 512 + 1024]);
  });
});

describe("what is refused", () => {
  const capped = "an extended header of 1048577 bytes before byte 512";
  test.each([
    ["text", Buffer.alloc(512, "hello "), "no tar header before byte 512"],
    ["a wrong checksum", Buffer.from(header({ name: "a" })).fill("b", 0, 1), "no tar header"],
    [
      "a negative size",
      header({ name: "a", at: { 124: Buffer.alloc(12, 0xff) } }),
      "no tar header",
    ],
    [
      "a size past 2^53",
      header({ name: "a", at: { 124: Buffer.alloc(12, 0xbf) } }),
      "no tar header",
    ],
    ["a size that is no number", header({ name: "a", at: { 124: "12x" } }), "no tar header"],
    ["a giant name", header({ name: "a", flag: "L", size: (1 << 20) + 1 }), capped],
    ["a giant pax header", header({ name: "a", flag: "x", size: (1 << 20) + 1 }), capped],
    ["pax records too long", entry({ name: "a", flag: "x" }, "99 path=a\n"), "do not add up"],
    ["pax records of no length", entry({ name: "a", flag: "x" }, "path=a\n"), "do not add up"],
    ["a pax record of length 0", entry({ name: "a", flag: "x" }, "0 path=a\n"), "do not add up"],
    ["a pax size of no number", tar(pax({ size: "-1" }), file("a", "")), "no usable size"],
    [
      "a pax size past 2^53",
      tar(pax({ size: "9007199254740993" }), file("a", "")),
      "no usable size",
    ],
    ["a sparse file of no size", entry({ name: "a", flag: "S" }), "a sparse file without a size"],
  ])("%s", (_name, archive, message) => {
    expect(() => read(archive)).toThrow(message);
  });

  test("signed checksums are accepted, as some old tars have them", () => {
    const block = header({ name: "é" });
    const sum = Number.parseInt(block.toString("latin1", 148, 154), 8) - 2 * 256;
    block.write(octal(sum, 7), 148);
    expect(only(block).name).toBe("é");
    expect(only(seal(block)).name).toBe("é");
  });
});

test("the same is read however the bytes are cut", () => {
  const archive = tar(
    gnuLong("L", long),
    file("cut", "x".repeat(1300)),
    pax({ path: "pax", "SCHILY.xattr.user.a": "b".repeat(700) }),
    file("cut", "y"),
    gunzipSync(Buffer.from(SPARSE.gnu, "base64")).subarray(0, 3 * 512),
    Buffer.alloc(122_880),
    entry({ name: "link", flag: "1", linkname: "pax" }),
  );
  const expected = read(archive);
  expect(expected.map(({ name }) => name)).toEqual([long, "pax", "holes", "link"]);
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2000 }), (size) => {
      expect(read(archive, size)).toEqual(expected);
    }),
    { numRuns: 30, examples: [[1], [511], [512], [513]] },
  );
});
