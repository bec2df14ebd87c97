import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { causeSurvey } from "../../../src/measure/diff/bytes-by-cause.ts";
import { surveyed } from "../../../src/measure/tree/survey.ts";
import { causeOf, CAUSES } from "../../../src/measure/diff/causes.ts";
import { isCache } from "../../../src/measure/surface/caches.ts";
import { bytesOf } from "../../../src/measure/tree/tree.ts";
import { BYTE_CAUSES, type ByteCause } from "../../../src/model/anatomy.ts";
import { CAUSE_NAMES } from "../../../src/report/anatomy-names.ts";
import { anyItems, treeOf } from "./trees.ts";

/** Places in official images, and what is customary in applications. */
const PLACES: Readonly<Record<ByteCause, readonly string[]>> = {
  compiler: [
    "/usr/local/go/pkg/tool/linux_amd64/compile",
    "/usr/local/go/src/runtime/proc.go",
    "/usr/local/go/bin/go",
    "/usr/libexec/gcc/x86_64-linux-gnu/14/cc1plus",
    "/usr/lib/gcc/x86_64-linux-gnu/14/libgcc.a",
    "/usr/lib/gcc/x86_64-alpine-linux-musl/14.2.0/cc1",
    "/usr/lib/x86_64-linux-gnu/libc.a",
    "/usr/lib/x86_64-linux-gnu/libasan.so.8.0.0",
    "/usr/lib/x86_64-linux-gnu/pkgconfig/zlib.pc",
    "/usr/include/stdio.h",
    "/usr/local/include/python3.13/Python.h",
    "/usr/local/include/node/v8.h",
    "/usr/bin/x86_64-linux-gnu-lto-dump-14",
    "/usr/bin/gcc",
    "/usr/bin/g++-14",
    "/usr/bin/gcc-ar-14",
    "/usr/bin/ld.bfd",
    "/usr/bin/make",
    "/usr/bin/git",
    "/usr/bin/git-shell",
    "/usr/lib/git-core/git",
    "/usr/local/rustup/toolchains/1.90.0-x86_64-unknown-linux-gnu/lib/librustc_driver.so",
    "/usr/local/cargo/bin/cargo",
    "/opt/java/openjdk/jmods/java.base.jmod",
    "/opt/java/openjdk/bin/javac",
    "/usr/share/dotnet/sdk/9.0.100/dotnet.dll",
    "/usr/local/lib/python3.13/config-3.13-x86_64-linux-gnu/Makefile",
  ],
  sources: [
    "/app/main.go",
    "/app/go.mod",
    "/app/.git/objects/pack/a.pack",
    "/src/.git/config",
    "/usr/src/app/tsconfig.json",
    "/go/src/calculator/main.go",
    "/Dockerfile",
  ],
  caches: [
    "/go/pkg/mod/golang.org/x/text@v0.3.0/a.go",
    "/root/.cache/go-build/00/a",
    "/root/.cache/pip/http-v2/a",
    "/root/.npm/_cacache/content-v2/a",
    "/var/lib/apt/lists/mirror.example_debian_dists_trixie_InRelease",
    "/var/cache/apt/archives/gcc.deb",
    "/var/cache/apk/APKINDEX.tar.gz",
    "/root/.m2/repository/junit/junit.jar",
    "/usr/local/cargo/registry/src/serde/lib.rs",
  ],
  bytecode: [
    "/usr/local/lib/python3.13/__pycache__/abc.cpython-313.pyc",
    "/venv/lib/python3.13/site-packages/flask/__pycache__/app.cpython-313.pyc",
    "/app/old.pyc",
  ],
  "language-packages": [
    "/usr/local/lib/python3.13/site-packages/flask/app.py",
    "/venv/lib/python3.13/site-packages/flask/app.py",
    "/usr/local/lib/python3.13/dist-packages/flask/app.py",
    "/app/node_modules/express/index.js",
    "/app/node_modules/express/index.ts",
    "/usr/local/bundle/gems/rack/lib/rack.rb",
  ],
  runtime: [
    "/usr/local/bin/node",
    "/usr/local/bin/python3.13",
    "/usr/bin/python3.13",
    "/usr/local/lib/libpython3.13.so.1.0",
    "/usr/local/lib/python3.13/json/__init__.py",
    "/usr/lib/python3.13/json/__init__.py",
    "/opt/java/openjdk/lib/server/libjvm.so",
    "/usr/share/dotnet/shared/Microsoft.NETCore.App/9.0.0/System.dll",
  ],
  "package-managers": [
    "/usr/bin/apt-get",
    "/usr/bin/dpkg",
    "/usr/lib/x86_64-linux-gnu/libapt-pkg.so.7.0.0",
    "/var/lib/dpkg/status",
    "/var/lib/dpkg/status.d/libc6",
    "/var/cache/debconf/templates.dat",
    "/sbin/apk",
    "/lib/apk/db/installed",
    "/usr/local/bin/pip3.13",
    "/usr/local/lib/python3.13/site-packages/pip/__main__.py",
    "/usr/local/lib/python3.13/ensurepip/_bundled/pip.whl",
    "/usr/local/lib/node_modules/npm/index.js",
  ],
  documentation: [
    "/usr/share/doc/gcc/copyright",
    "/usr/share/man/man1/gcc.1.gz",
    "/usr/share/locale/de/LC_MESSAGES/git.mo",
    "/usr/lib/locale/locale-archive",
    "/usr/local/CHANGELOG.md",
  ],
  system: [
    "/usr/lib/x86_64-linux-gnu/libc.so.6",
    "/usr/lib/locale/C.utf8/LC_CTYPE",
    "/usr/bin/bash",
    "/usr/bin/pipesz",
    "/bin/busybox",
    "/busybox/busybox",
    "/lib/ld-musl-x86_64.so.1",
    "/etc/passwd",
    "/usr/share/zoneinfo/Europe/Berlin",
    "/usr/lib/python3/dist-packages/apt/cache.py",
    "/root/.bashrc",
  ],
  temporary: ["/tmp/x", "/var/log/dpkg.log", "/var/tmp/y"],
  application: [
    "/app/app",
    "/app/app.py",
    "/app/static/site.css",
    "/usr/src/app/server.js",
    "/usr/local/bin/calculator",
    "/go/bin/calculator",
    "/opt/shop/shop",
    "/var/www/index.html",
    "/home/node/server.js",
    "/root/.cache/ms-playwright/chromium/chrome",
    "/calculator",
    "/app/bin/make",
    "/new\nline",
  ],
};

describe.each(Object.entries(PLACES))("%s", (cause, paths) => {
  test.each(paths)("%j", (path) => expect(causeOf(path)).toBe(cause));
});

/** One for each program whose cache the attack surface knows. */
const CACHES = [
  "/var/lib/apt/lists",
  "/var/cache/apt",
  "/etc/apk/cache",
  "/root/.cache/pip",
  "/home/dev/.cache/uv",
  "/go/pkg/mod",
  "/root/.npm",
  "/root/.yarn/berry/cache",
  "/root/.local/share/pnpm/store",
  "/app/.pnpm-store",
  "/root/.bun/install/cache",
  "/root/.cargo/registry",
  "/usr/local/cargo/git",
  "/root/.m2/repository",
  "/root/.gradle/caches",
  "/root/.ivy2/cache",
  "/root/.sbt/boot",
  "/root/.composer/cache",
  "/root/.nuget/packages",
  "/root/.local/share/NuGet/v3-cache",
  "/opt/conda/pkgs",
  "/root/miniconda3/pkgs",
  "/usr/local/bundle/cache",
  "/app/vendor/bundle/ruby/3.4.0/cache",
  "/root/.cpanm",
  "/root/.ccache",
  "/app/.pytest_cache",
  "/app/.turbo",
  "/app/node_modules/.cache",
  "/app/.next/cache",
];

test.each(CACHES)(
  "the bytes of %s are those of a cache, as the attack surface calls it",
  (folder) => {
    expect(isCache(folder)).toBe(true);
    expect(causeOf(`${folder}/deep/file`)).toBe("caches");
  },
);

test("the table in the documentation is that of the rules", () => {
  const page = readFileSync(join(import.meta.dirname, "../../../../docs/inspect.md"), "utf8");
  const section = /^## What bytes are there for$(.*?)^## /ms.exec(page)?.[1] ?? "";
  const rows = [...section.matchAll(/^\| `([a-z-]+)` +\| (.+?) +\| (.+?) +\|$/gm)].map(
    ([, ...cells]) => cells,
  );
  expect(rows).toEqual(CAUSES.map(({ cause, covers }) => [cause, CAUSE_NAMES[cause], covers]));
});

test("each cause has one rule, and the last takes whatever is left", () => {
  expect(CAUSES.map(({ cause }) => cause).toSorted()).toEqual(BYTE_CAUSES);
  expect(CAUSES.at(-1)).toMatchObject({ cause: "application" });
});

describe("the bytes of a file system", () => {
  test("largest part first, a file of two names once", async () => {
    const tree = await treeOf([
      { path: "usr/bin/perl", kind: "file", data: "12345678" },
      { path: "usr/bin/perl5.40", kind: "link", target: "usr/bin/perl" },
      { path: "app/app", kind: "file", data: "123" },
      { path: "app/main.go", kind: "file", data: "12" },
      { path: "app/go.sum", kind: "file", data: "12" },
      { path: "tmp/empty", kind: "file", data: "" },
    ]);
    expect(surveyed(tree, causeSurvey)).toEqual([
      { cause: "system", bytes: 8 },
      { cause: "sources", bytes: 4 },
      { cause: "application", bytes: 3 },
    ]);
  });

  const places = Object.values(PLACES).flat();
  const spread = fc.array(
    fc.record({
      path: fc.constantFrom(...places).map((it) => it.slice(1)),
      kind: fc.constantFrom("file" as const, "link" as const),
      data: fc.string({ maxLength: 40 }),
      target: fc.constantFrom(...places).map((it) => it.slice(1)),
    }),
    { maxLength: 30 },
  );

  test.each([
    ["any", anyItems],
    ["one of known places", spread],
  ])("fall apart without rest: %s", async (_, items) => {
    await fc.assert(
      fc.asyncProperty(items, async (some) => {
        const tree = await treeOf(some);
        const parts = surveyed(tree, causeSurvey);
        expect(parts.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(bytesOf(tree));
        expect(new Set(parts.map(({ cause }) => cause)).size).toBe(parts.length);
      }),
      { numRuns: 200 },
    );
  });
});
