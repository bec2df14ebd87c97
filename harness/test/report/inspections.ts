/** Images as they were inspected, for tests of what is told of them. */
import fc from "fast-check";
import {
  BYTE_CAUSES,
  type Anatomy,
  type CausedBytes,
  type Findings,
  type Package,
} from "../../src/model/anatomy.ts";
import type { FolderSize, Inspection, LayerView } from "../../src/model/inspection.ts";
import { anatomy, plainImage } from "../images.ts";

export function layer(more: Partial<LayerView> = {}): LayerView {
  const none = { files: 0, bytes: 0 };
  return {
    digest: `sha256:${"a1".repeat(32)}`,
    instruction: "RUN go build -o app",
    unpacked: 77_900_000,
    transfer: null,
    stored: null,
    added: none,
    changed: none,
    removed: none,
    wasted: 0,
    ...more,
  };
}

export function folder(
  name: string,
  bytes: number,
  files: number,
  inside: readonly FolderSize[] = [],
): FolderSize {
  return { name, kind: "folder", bytes, files, inside };
}

export function file(name: string, bytes: number): FolderSize {
  return { name, kind: "file", bytes, files: 1, inside: [] };
}

/** The calculator in a single stage, its figures rounded. */
export function single(more: Partial<Inspection> = {}): Inspection {
  const found = (bytes: number, ...paths: readonly string[]): Findings => ({
    count: paths.length,
    bytes,
    paths,
  });
  return {
    name: "calc:single",
    config: plainImage({
      id: "sha256:1",
      entrypoint: ["/app/app"],
      user: "",
      layers: ["sha256:1", "sha256:2"],
    }).config,
    layers: [
      layer({
        instruction:
          "ADD file:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef in /",
        added: { files: 3250, bytes: 77_900_000 },
      }),
      layer({
        instruction: null,
        unpacked: 676_000_000,
        added: { files: 23_000, bytes: 675_000_000 },
        changed: { files: 12, bytes: 1_000_000 },
        removed: { files: 3, bytes: 90 },
      }),
      layer({ unpacked: 2_300_000, added: { files: 2, bytes: 2_300_000 }, wasted: 300_000 }),
    ],
    size: { unpacked: 756_200_000, transfer: null },
    wasted: {
      bytes: 300_090,
      files: 4,
      paths: [
        { path: "/app/app.tmp", bytes: 300_000, copies: 2 },
        { path: "/etc/passwd", bytes: 60, copies: 1 },
      ],
    },
    largest: [
      { path: "/usr/local/go/pkg/tool/linux_amd64/compile", bytes: 25_800_000 },
      { path: "/app/app", bytes: 2_000_000 },
    ],
    folders: folder("", 755_900_000, 26_252, [
      folder("usr", 750_000_000, 26_000, [
        folder("local", 260_000_000, 11_000, [
          folder("go", 260_000_000, 11_000, [folder("src", 140_000_000, 10_000)]),
        ]),
        folder("bin", 115_000_000, 377, [file("lto-dump", 33_000_000)]),
      ]),
      folder("app", 5_000_000, 4, [file("app", 2_000_000)]),
    ]),
    ...more,
    anatomy: {
      ...anatomy(2),
      distribution: { id: "debian", version: "13" },
      files: { count: 26_252, bytes: 755_900_000 },
      packages: [...packages("deb", 207), ...packages("go", 20)],
      shells: found(1_430_000, "/usr/bin/bash", "/usr/bin/dash", "/usr/bin/sh"),
      compilers: found(17_900_000, "/usr/bin/gcc", "/usr/local/go/bin/go"),
      sources: found(1200, "/app/main.go"),
      setuid: found(900_000, "/usr/bin/chsh", "/usr/bin/su"),
      secrets: found(1700, "/app/.env: settings with a password"),
      binaries: {
        static: 16,
        dynamic: 401,
        libraries: 590,
        stripped: 976,
        missing: [
          { kind: "library", path: "/usr/lib/libsvn.so.1", needs: "libsecret-1.so.0" },
          { kind: "library", path: "/usr/lib/libsvn.so.1", needs: "libglib-2.0.so.0" },
          { kind: "loader", path: "/app/other", needs: "/lib/ld-musl-x86_64.so.1" },
        ],
      },
      causes: [
        { cause: "compiler", bytes: 580_000_000 },
        { cause: "system", bytes: 173_000_000 },
        { cause: "application", bytes: 2_898_800 },
        { cause: "sources", bytes: 1200 },
      ],
      ...more.anatomy,
    },
  };
}

/** The same from scratch. */
export function multi(): Inspection {
  const app = anatomy(0);
  return {
    ...single(),
    name: "calc:multi",
    config: plainImage({
      id: "sha256:2",
      entrypoint: ["/app/app"],
      user: "65532",
      layers: ["sha256:3"],
    }).config,
    layers: [
      layer({
        instruction: "COPY /app/app /app/app",
        unpacked: 2_000_000,
        added: { files: 1, bytes: 2_000_000 },
      }),
    ],
    size: { unpacked: 2_000_000, transfer: 1_150_000 },
    wasted: { bytes: 0, files: 0, paths: [] },
    largest: [{ path: "/app/app", bytes: 2_000_000 }],
    folders: folder("", 2_000_000, 1, [folder("app", 2_000_000, 1, [file("app", 2_000_000)])]),
    anatomy: {
      ...app,
      files: { count: 1, bytes: 2_000_000 },
      packages: packages("go", 1),
      binaries: { ...app.binaries, static: 1, stripped: 1 },
      causes: [{ cause: "application", bytes: 2_000_000 }],
    },
  };
}

export function packages(kind: Package["kind"], count: number): readonly Package[] {
  return Array.from({ length: count }, (_, at) => ({
    kind,
    name: `p${at}`,
    version: "1",
    path: "/list",
    architecture: null,
    source: null,
  }));
}

/** Texts that an image of somebody else's may hold. */
export const hostile: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: "binary", maxLength: 60 }),
  fc
    .array(
      fc.constantFrom(
        "日本",
        "🚀",
        "\u001b[31m",
        "\u202e",
        "\n",
        "/",
        "word ",
        "x".repeat(90),
        "👩‍💻",
        "e\u0301",
      ),
    )
    .map((it) => it.join("")),
);

/** A tar holds two million entries at most. */
const count = fc.nat(2_000_000);
const bytes = fc.nat(1e15);

const findings: fc.Arbitrary<Findings> = fc.record({
  count,
  bytes,
  paths: fc.array(hostile, { maxLength: 20 }),
});

const anyPackage: fc.Arbitrary<Package> = fc.record({
  kind: fc.constantFrom("deb", "python", "go"),
  name: hostile,
  version: hostile,
  path: hostile,
  architecture: fc.constant(null),
  source: fc.constant(null),
});

const causes: fc.Arbitrary<readonly CausedBytes[]> = fc.uniqueArray(
  fc.record({ cause: fc.constantFrom(...BYTE_CAUSES), bytes }),
  { selector: ({ cause }) => cause },
);

const anyAnatomy: fc.Arbitrary<Anatomy> = fc.record({
  distribution: fc.option(fc.record({ id: hostile, version: hostile })),
  files: fc.record({ count, bytes }),
  packages: fc.array(anyPackage, { maxLength: 30 }),
  shells: findings,
  packageManagers: findings,
  compilers: findings,
  sources: findings,
  caches: findings,
  setuid: findings,
  capabilities: findings,
  worldWritable: findings,
  secrets: findings,
  binaries: fc.record({
    static: count,
    dynamic: count,
    libraries: count,
    stripped: count,
    missing: fc.array(
      fc.record({ kind: fc.constantFrom("loader", "library"), path: hostile, needs: hostile }),
      { maxLength: 9 },
    ),
  }),
  causes,
});

const { folders } = fc.letrec<{ folders: FolderSize }>((tie) => ({
  folders: fc.record({
    name: hostile,
    kind: fc.constantFrom("folder", "file"),
    bytes,
    files: count,
    inside: fc.oneof(
      { depthSize: "small" },
      fc.constant([]),
      fc.array(tie("folders"), { maxLength: 4 }),
    ),
  }),
}));

const tally = fc.record({ files: count, bytes });

/** Any image, whatever it holds. */
export const anyInspection: fc.Arbitrary<Inspection> = fc.record({
  name: hostile,
  config: fc
    .record({
      user: hostile,
      platform: hostile,
      entrypoint: fc.option(fc.array(hostile)),
      layers: fc.array(hostile),
    })
    .map((it) => plainImage(it).config),
  layers: fc.option(
    fc.array(
      fc.record({
        digest: hostile,
        instruction: fc.option(hostile),
        unpacked: bytes,
        transfer: fc.option(bytes),
        stored: fc.constant(null),
        added: tally,
        changed: tally,
        removed: tally,
        wasted: bytes,
      }),
      { maxLength: 120 },
    ),
  ),
  size: fc.option(fc.record({ unpacked: bytes, transfer: fc.option(bytes) })),
  wasted: fc.option(
    fc.record({
      bytes,
      files: count,
      paths: fc.array(fc.record({ path: hostile, bytes, copies: count })),
    }),
  ),
  largest: fc.array(fc.record({ path: hostile, bytes })),
  folders,
  anatomy: anyAnatomy,
});
