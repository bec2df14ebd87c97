/** Images in files and folders. The engine's are in inspect.parity.ts. */
import { mkdir, mkdtemp, readdir, rm, symlink, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { inspect, type InspectOptions, type Inspected } from "../src/inspect.ts";
import { InputError } from "../src/model/error.ts";
import type { Inspection } from "../src/model/inspection.ts";
import { walk } from "../src/measure/tree/tree.ts";
import * as made from "./measure/fixtures/images.ts";
import { bare, expected, multi, single } from "./measure/fixtures/samples.ts";
import { entry, file, tar } from "./measure/fixtures/tar.ts";

const engine = vi.hoisted(() => ({ loaded: 0 }));
vi.mock("../src/engine/look.ts", () => {
  engine.loaded += 1;
  return { openLook: () => Promise.reject(new Error("no engine answers")) };
});

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "slimproof-inspect-"));
  vi.stubEnv("SLIMPROOF_CACHE", join(folder, "cache"));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});

const OPTIONS: InspectOptions = {
  cache: false,
  transfer: false,
  layers: true,
  signal: new AbortController().signal,
};

async function written(bytes: Buffer, name = "image.tar"): Promise<string> {
  await mkdir(dirname(join(folder, name)), { recursive: true });
  await writeFile(join(folder, name), bytes);
  return join(folder, name);
}

async function look(subject: string, options: Partial<InspectOptions> = {}): Promise<Inspected> {
  const [found] = await inspect([subject], { ...OPTIONS, ...options });
  if (!found) throw new Error("nothing was told");
  return found;
}

async function inspection(
  subject: string,
  options: Partial<InspectOptions> = {},
): Promise<Inspection> {
  return (await look(subject, options)).inspection;
}

async function message(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(InputError);
  expect((error as Error).message).toMatch(/^[^\n]*$/);
  return (error as Error).message.replaceAll(folder, "");
}

/** An OCI layout, unpacked. */
async function unpacked(
  images: readonly made.FixtureImage[],
  stored: made.Stored,
): Promise<string> {
  const place = join(folder, "layout");
  for (const [name, bytes] of made.ociFiles(images, stored)) {
    await mkdir(dirname(join(place, name)), { recursive: true });
    await writeFile(join(place, name), bytes);
  }
  return place;
}

describe("an image in a file", () => {
  const layouts = [
    ["docker before 25", made.legacy([single])],
    ["docker since 25", made.docker25([single])],
    ["podman", made.podman([single])],
    ["OCI, plain", made.oci([single], "plain")],
    ["OCI, gzip", made.oci([single], "gzip")],
    ["OCI, zstd", made.oci([single], "zstd")],
  ] as const;

  test.each(layouts)("%s", async (_name, archive) => {
    const path = await written(archive);
    const { config, layers, size, wasted, anatomy } = await inspection(path);
    expect(config.id).toBe(made.idOf(single));
    expect(config.labels).toEqual({ name: single.tag });
    expect(layers?.map(({ digest, unpacked: bytes }) => ({ digest, unpacked: bytes }))).toEqual(
      expected(single).map(({ digest, unpacked: bytes }) => ({ digest, unpacked: bytes })),
    );
    expect(size).toEqual({ unpacked: 1005 + 7 + 200_000, transfer: null });
    expect(wasted).toMatchObject({ bytes: 5, files: 1, paths: [{ path: "/etc/motd" }] });
    expect(anatomy.files.bytes).toBe(1005 + 7 + 200_000 - 5);
  });

  test.each([
    ["gzip", gzipSync],
    ["zstd", zstdCompressSync],
  ] as const)("compressed as a whole by %s", async (_name, compress) => {
    const plain = await inspection(await written(made.docker25([single])));
    const path = await written(compress(made.docker25([single])), "image.tar.z");
    expect(await inspection(path)).toEqual({ ...plain, name: path });
  });

  test("how layers are stored, and what they weigh compressed, when that is asked for", async () => {
    const path = await written(made.oci([multi], "gzip"));
    const { layers, size } = await inspection(path, { transfer: true });
    expect(layers?.map((layer) => layer.transfer)).toEqual(
      expected(multi).map((layer) => layer.transfer),
    );
    expect(size?.transfer).toBe(expected(multi).reduce((sum, layer) => sum + layer.transfer, 0));
    expect(layers?.map((layer) => layer.stored)).toEqual(
      multi.layers.map((layer) => ({
        bytes: made.compress(layer, "gzip").length,
        compression: "gzip",
      })),
    );
  });

  test("by a relative path too, and whatever it is called", async () => {
    const path = await written(made.docker25([multi]), "odd#name:latest");
    vi.spyOn(process, "cwd").mockReturnValue(folder);
    expect((await inspection(path)).config.id).toBe(made.idOf(multi));
    vi.restoreAllMocks();
  });

  test("of no layers at all", async () => {
    const { layers, size, wasted, folders } = await inspection(
      await written(made.docker25([bare])),
    );
    expect([layers, size, wasted?.bytes]).toEqual([[], { unpacked: 0, transfer: 0 }, 0]);
    expect(folders).toEqual({ name: "", kind: "folder", bytes: 0, files: 0, inside: [] });
  });
});

describe("config and history", () => {
  const layer = tar(file("a", "1"));
  const withConfig = (config: object): Promise<Inspection> => {
    const document = { os: "linux", rootfs: { diff_ids: [made.sha256(layer)] }, ...config };
    const archive = tar(file("config.json", JSON.stringify(document)), file("layer.tar", layer));
    return written(archive).then((path) => inspection(path));
  };

  test("are told as the engine tells them", async () => {
    const { config, layers } = await withConfig({
      architecture: "arm64",
      variant: "v8",
      config: {
        Entrypoint: ["/app"],
        Cmd: ["--serve"],
        Env: ["A=1", "B=x=y", "C"],
        ExposedPorts: { "80/tcp": {}, "443/tcp": {} },
        Volumes: { "/data": {} },
        User: "1000",
        WorkingDir: "/srv",
        StopSignal: "SIGINT",
        Healthcheck: { Test: ["CMD", "true"] },
        Labels: { a: "b" },
      },
      history: [
        { created_by: "ENV A=1", empty_layer: true },
        { created_by: "RUN /bin/sh -c make # buildkit" },
      ],
    });
    expect(config).toMatchObject({
      entrypoint: ["/app"],
      cmd: ["--serve"],
      env: { A: "1", B: "x=y", C: "" },
      ports: ["443/tcp", "80/tcp"],
      volumes: ["/data"],
      user: "1000",
      workdir: "/srv",
      stopsignal: "SIGINT",
      healthcheck: '{"Test":["CMD","true"]}',
      labels: { a: "b" },
      platform: "linux/arm64/v8",
    });
    expect(layers?.[0]?.instruction).toBe("RUN make");
  });

  test("of any other form do no harm", async () => {
    const odd = [1, "x", null, [], {}, [1], { a: 1 }, [null], [{ created_by: 1 }]];
    for (const value of odd) {
      const names = ["Entrypoint", "Cmd", "Env", "ExposedPorts", "User", "Labels", "Healthcheck"];
      const config = Object.fromEntries(names.map((name) => [name, value]));
      const { layers } = await withConfig({ architecture: value, config, history: value });
      expect(layers?.[0]?.instruction).toBeNull();
      expect((await withConfig({ config: value })).config.cmd).toBeNull();
    }
  });
});

describe("several images in one file", () => {
  test("are told apart by their names, with or without what Docker takes for granted", async () => {
    const path = await written(made.docker25([single, multi, bare]));
    for (const [name, image] of [
      ["docker.io/library/app:single", single],
      ["app:single", single],
      ["app:multi", multi],
      [made.idOf(multi), multi],
      [made.idOf(bare).slice(7, 19), bare],
    ] as const) {
      const found = await inspection(`${path}#${name}`);
      expect(found.config.id).toBe(made.idOf(image));
      expect(found.name).toBe(`${path}#${name}`);
    }
  });

  test("are listed when none is named, or none is called so", async () => {
    const path = await written(made.oci([single, multi], "gzip"));
    const list =
      "name one as /image.tar#NAME, of docker.io/library/app:single, docker.io/library/app:multi";
    const words = (text: string): readonly string[] => text.split(/[ ,]+/).toSorted();
    expect(words(await message(look(path)))).toEqual(words(`/image.tar holds 2 images: ${list}`));
    expect(words(await message(look(`${path}#app:none`)))).toEqual(
      words(`/image.tar holds no image app:none: ${list}`),
    );
  });

  test("with hostile names are listed on one line", async () => {
    const evil = { tag: "evil\u001b[2J\nname:1", layers: multi.layers };
    const path = await written(made.docker25([single, evil]));
    expect(await message(look(path))).toContain("evil?[2J?name:1");
  });

  test("do not keep each other from being read", async () => {
    const broken = { tag: "broken:1", layers: [Buffer.from("no tar, whatever it is".repeat(100))] };
    const path = await written(made.docker25([single, broken]));
    expect((await inspection(`${path}#app:single`)).config.id).toBe(made.idOf(single));
    expect(await message(look(`${path}#broken:1`))).toMatch(
      /layer 1 of 1 .* is not in the archive/,
    );
  });
});

describe("an OCI layout in a folder", () => {
  test.each(["plain", "gzip", "zstd"] as const)("%s", async (stored) => {
    const place = await unpacked([single], stored);
    const { layers, config } = await inspection(place);
    expect(config.id).toBe(made.idOf(single));
    expect(layers?.map(({ digest }) => digest)).toEqual(expected(single).map((it) => it.digest));
    expect(layers?.[0]?.stored?.compression).toBe(stored === "plain" ? null : stored);
  });

  test("reads the blobs of the image that was named, and no others", async () => {
    const other = { tag: "other:1", layers: [tar(file("x", "only in the other"))] };
    const place = await unpacked([multi, other], "gzip");
    const blob = made.compress(other.layers[0] ?? Buffer.alloc(0), "gzip");
    await rm(join(place, "blobs", "sha256", made.sha256(blob).slice(7)));
    expect((await inspection(`${place}#${multi.tag}`)).config.id).toBe(made.idOf(multi));
    expect(await message(look(`${place}#other:1`))).toMatch(
      /^layer 1 of 1 .* is not in the archive/,
    );
  });

  test("a link that leads out of it is refused, one inside is not", async () => {
    const place = await unpacked([multi], "plain");
    const [first, second] = multi.layers.map((layer) =>
      join(place, "blobs", "sha256", made.sha256(layer).slice(7)),
    ) as [string, string];
    await writeFile(join(place, "moved"), multi.layers[0] ?? "");
    await rm(first);
    await symlink("../../moved", first);
    expect((await inspection(place)).config.id).toBe(made.idOf(multi));
    await rm(second);
    await symlink("/etc/hostname", second);
    expect(await message(look(place))).toMatch(
      /^\/layout: blobs\/sha256\/[0-9a-f]{64} is a link that leads out of the folder$/,
    );
  });

  test("that is none is said to be none", async () => {
    await mkdir(join(folder, "empty"));
    expect(await message(look(join(folder, "empty")))).toBe(
      "/empty: it has no index.json, so it is no OCI layout",
    );
  });
});

describe("what is no image, or damaged", () => {
  const whole = made.docker25([single]);
  test.each([
    ["nothing at all", Buffer.alloc(0), "/image.tar holds no image"],
    ["no archive", Buffer.alloc(5000, "no tar"), "/image.tar: no tar header before byte 512"],
    ["no image", tar(file("a", "hello")), "/image.tar holds no image"],
    ["cut off in a blob", whole.subarray(0, 3000), "/image.tar: it breaks off at byte 3000"],
    ["cut off in a header", whole.subarray(0, 1500), "/image.tar: it breaks off at byte 1500"],
    [
      "cut off, compressed",
      gzipSync(whole).subarray(0, -20),
      "/image.tar: cannot be decompressed: unexpected end of file",
    ],
    [
      "compressed, but no archive",
      gzipSync(Buffer.alloc(5000, "no tar")),
      "/image.tar: the image archive cannot be read: no tar header before byte 512",
    ],
  ])("%s", async (_name, bytes, words) => {
    expect(await message(look(await written(bytes)))).toBe(words);
  });

  test("a damaged layer", async () => {
    const layers = [tar(file("a", "1")), Buffer.concat([file("b", "2"), Buffer.alloc(512, "?")])];
    const path = await written(made.oci([{ tag: "t:1", layers }], "gzip"));
    expect(await message(look(path))).toMatch(
      /^layer 2 of 2 \(sha256:[0-9a-f]{64}\) of image sha256:[0-9a-f]{64} is not in the archive; found there: blobs\/sha256\/[0-9a-f]{64}: no tar header before byte \d+$/,
    );
  });

  test("a layer under another's name is told by what it is", async () => {
    const [base, program] = multi.layers as [Buffer, Buffer];
    const forged = made.docker25([multi]);
    const at = forged.indexOf(program.subarray(512, 600)) - 512;
    forged.writeUInt8(forged.readUInt8(at + 2000) ^ 1, at + 2000);
    expect(base.length).toBeGreaterThan(0);
    expect(await message(look(await written(forged)))).toMatch(/^layer 2 of 2 .* is not in/);
  });

  test("paths that lead nowhere", async () => {
    expect(await message(look(join(folder, "none.tar")))).toBe(
      "/none.tar cannot be read: there is no such file or folder",
    );
    expect(await message(look("./none/at/all.tar#x"))).toBe(
      "./none/at/all.tar cannot be read: there is no such file or folder",
    );
    await symlink("loop", join(folder, "loop"));
    expect(await message(look(join(folder, "loop")))).toBe(
      "/loop cannot be read: its links lead in a circle",
    );
  });

  test("what is neither a file nor a folder", async () => {
    expect(await message(look("/dev/null"))).toBe("/dev/null: it is no file");
  });
});

test("a name that is no path is the engine's, which is not even loaded before", async () => {
  await look(await written(made.docker25([multi])));
  expect(engine.loaded).toBe(0);
  await expect(look("debian:trixie-slim")).rejects.toThrow("no engine answers");
  expect(engine.loaded).toBe(1);
});

test("an aborted look ends with the reason", async () => {
  const signal = AbortSignal.abort(new Error("stop"));
  for (const bytes of [made.docker25([single]), gzipSync(made.docker25([single]))]) {
    await expect(look(await written(bytes), { signal })).rejects.toThrow("stop");
  }
  await expect(look(await unpacked([multi], "gzip"), { signal })).rejects.toThrow("stop");
});

describe("a second look", () => {
  test("is the same, and reads no layer again", async () => {
    for (const archive of [made.docker25([single]), made.oci([single], "zstd")]) {
      const path = await written(archive);
      const first = await inspection(path, { cache: true });
      // What lies in the middle is not there any more; documents are.
      const blind = Buffer.from(archive);
      const at = blind.indexOf("usr/bin/tool") + 512;
      if (at > 512) blind.fill(0xff, at, at + 400);
      await written(blind);
      expect(await inspection(path, { cache: true })).toEqual(first);
      await rm(join(folder, "cache"), { recursive: true });
    }
  });

  test("finds the file system in the cache, or reads it again", async () => {
    const path = await written(made.docker25([single]));
    const paths = async (found: Inspected): Promise<readonly string[]> =>
      [...walk(await found.tree())].map((it) => it.path);
    const first = await paths(await look(path, { cache: true }));
    expect(first).toContain("/app/app");
    expect(await paths(await look(path, { cache: true }))).toEqual(first);
    await rm(join(folder, "cache", "layers", "inventory"), { recursive: true });
    expect(await paths(await look(path, { cache: true }))).toEqual(first);
    expect(await paths(await look(path, { cache: false }))).toEqual(first);
  });

  test("for hashes that the first did without reads again, the other way round does not", async () => {
    const path = await written(made.docker25([single]));
    const hashes = async (found: Inspected): Promise<readonly (string | null)[]> =>
      [...walk(await found.tree())].flatMap(({ node: { inode } }) =>
        inode.kind === "file" ? [inode.hash] : [],
      );
    const without = await look(path, { cache: true, hashes: false });
    const first = await hashes(without);
    expect(first).toHaveLength(without.inspection.anatomy.files.count);
    expect(first).not.toContain(null);
    expect(await hashes(await look(path, { cache: true }))).toEqual(first);
    await look(path, { cache: false, hashes: true }); // leaves nothing, so that all is read again
    expect((await inspection(path, { cache: false, hashes: false })).anatomy).toEqual(
      without.inspection.anatomy,
    );
  });

  test("that wants more is a first look", async () => {
    const path = await written(made.docker25([multi]));
    expect((await inspection(path, { cache: true })).size?.transfer).toBeNull();
    const more = await inspection(path, { cache: true, transfer: true });
    expect(more.size?.transfer).toBeGreaterThan(0);
    expect(await inspection(path, { cache: true })).toEqual(more);
  });

  test("without the cache leaves none behind", async () => {
    await look(await written(made.docker25([multi])));
    expect(await readdir(folder)).toEqual(["image.tar"]);
  });
});

test("several subjects come in their order, the same one twice too", async () => {
  const [a, b] = [
    await written(made.docker25([single]), "a"),
    await written(made.docker25([multi]), "b"),
  ];
  const found = await inspect([b, a, b], OPTIONS);
  expect(found.map((it) => it.inspection.name)).toEqual([b, a, b]);
});

test("only what a file says is believed: a file that claims to hold terabytes breaks off", async () => {
  const huge = tar(entry({ name: "layer.tar", size: 2 ** 42, base256: true }));
  const path = await written(huge);
  expect(await message(look(path))).toMatch(/^\/image.tar: it breaks off at byte/);
  await truncate(path, 2 ** 43); // sparse: it is there, as zeros, and no image
  expect(await message(look(path))).toMatch(/^\/image.tar holds no image/);
});
