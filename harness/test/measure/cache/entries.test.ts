import {
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  symlink,
  utimes,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { entries, type Entries } from "../../../src/measure/cache/entries.ts";

interface Value {
  readonly text: string;
  readonly count: number;
}

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "slimproof-entries-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const LIMITS = { most: 100, largest: 1000, bytes: 100_000 };
const cache = (version = "v1", limits: Partial<typeof LIMITS> = {}): Entries<Value> =>
  entries(join(folder, "kept"), version, { ...LIMITS, ...limits });
const value = { text: "wört\n", count: 5 };
const names = async (): Promise<readonly string[]> => (await readdir(join(folder, "kept"))).sort();

/** Stores a value and tells where it lies. */
async function stored(key: string): Promise<string> {
  const before = new Set(await names().catch(() => []));
  await cache().write(key, value);
  const name = (await names()).find((found) => !before.has(found)) ?? "";
  expect(name).toMatch(/^[0-9a-f]{64}\.json$/);
  return join(folder, "kept", name);
}

test("what was written is read, by another process too", async () => {
  await cache().write("a", value);
  expect(await cache().read("a")).toEqual(value);
  expect(await cache().read("b")).toBeNull();
});

test("a key may be anything", async () => {
  for (const key of ["", "../../x", "a\nb", "\0", "x".repeat(10_000)]) {
    await cache("v1", { largest: 100_000 }).write(key, value);
    expect(await cache("v1", { largest: 100_000 }).read(key)).toEqual(value);
  }
  expect(await readdir(folder)).toEqual(["kept"]);
});

describe("an entry that is not ours counts as absent, and is written anew", () => {
  test.each([
    ["empty", () => ""],
    ["cut off", (text: string) => text.slice(0, 80)],
    ["without its last byte", (text: string) => text.slice(0, -1)],
    ["with another value", (text: string) => text.replace('"count":5', '"count":6')],
    ["of another digest", (text: string) => text.replace(/^./, (it) => (it === "0" ? "1" : "0"))],
    ["with more behind it", (text: string) => `${text}\n`],
    ["too large", (text: string) => text + " ".repeat(5000)],
    ["of other JSON", () => "{}"],
  ])("%s", async (_name, spoil) => {
    const path = await stored("a");
    const text = await readFile(path, "utf8");
    expect(spoil(text)).not.toBe(text);
    await writeFile(path, spoil(text));
    expect(await cache().read("a")).toBeNull();
    await cache().write("a", value);
    expect(await cache().read("a")).toEqual(value);
  });

  test("of another version", async () => {
    await cache("v1").write("a", value);
    expect(await cache("v2").read("a")).toBeNull();
    await cache("v2").write("a", value);
    expect(await cache("v2").read("a")).toEqual(value);
  });

  test("of another key, put under the wrong name", async () => {
    const [a, b] = [await stored("a"), await stored("b")];
    await writeFile(a, await readFile(b));
    expect(await cache().read("a")).toBeNull();
    expect(await cache().read("b")).toEqual(value);
  });

  test("a folder, or a link to nowhere", async () => {
    const [a, b] = [await stored("a"), await stored("b")];
    await rm(a);
    await mkdir(a);
    await rm(b);
    await symlink("/nowhere", b);
    expect(await cache().read("a")).toBeNull();
    expect(await cache().read("b")).toBeNull();
    await cache().write("a", value); // and a folder in the way is no error
    await cache().write("b", value);
    expect(await cache().read("b")).toEqual(value);
  });
});

test("a value too large to be read back is not written", async () => {
  await cache().write("a", { ...value, text: "x".repeat(2000) });
  expect(await names()).toEqual([]);
});

test("a cache that cannot be written is no error, and nothing is left behind", async () => {
  await writeFile(join(folder, "kept"), "");
  await cache().write("a", value);
  await cache().prune();
  expect(await cache().read("a")).toBeNull();
  expect(await readdir(folder)).toEqual(["kept"]);
});

describe("pruning", () => {
  async function six(): Promise<void> {
    for (let n = 0; n < 6; n++) await utimes(await stored(`${n}`), 1000 + n, 1000 + n);
    await cache().read("1");
  }
  const left = async (): Promise<readonly number[]> => {
    const found = await Promise.all([0, 1, 2, 3, 4, 5].map((n) => cache().read(`${n}`)));
    return found.flatMap((it, n) => (it ? [n] : []));
  };

  test("keeps what was used last", async () => {
    await six();
    await cache("v1", { most: 3 }).prune();
    expect(await left()).toEqual([1, 4, 5]);
  });

  test("keeps so many bytes", async () => {
    await six();
    const size = (await readFile(join(folder, "kept", (await names())[0] ?? ""))).length;
    await cache("v1", { bytes: 2 * size + 10 }).prune();
    expect(await left()).toEqual([1, 5]);
  });

  test("removes what killed processes left half written, and nothing of the living or of others", async () => {
    const place = join(folder, "kept");
    await mkdir(join(place, "a folder"), { recursive: true });
    const half = (pid: number): string => `.${pid}.00000000-0000-4000-8000-000000000000.tmp`;
    // No process has this number: it is beyond what Linux gives (4,194,304).
    const dead = half(2 ** 22 + 1);
    const own = half(process.pid);
    const old = half(process.ppid);
    for (const name of [dead, own, old, "notes.txt"]) await writeFile(join(place, name), "{");
    await utimes(join(place, old), 1000, 1000);
    await cache("v1", { most: 0 }).prune();
    expect(await names()).toEqual([own, "a folder", "notes.txt"]);
  });
});

test("many writers of the same keys leave whole entries", async () => {
  const keys = ["a", "b", "c"];
  await Promise.all(Array.from({ length: 30 }, (_, n) => cache().write(keys[n % 3] ?? "", value)));
  expect(await names()).toHaveLength(3);
  for (const key of keys) expect(await cache().read(key)).toEqual(value);
});
