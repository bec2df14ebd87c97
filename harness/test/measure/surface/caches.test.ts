import { expect, test } from "vitest";
import { file } from "../fixtures/tar.ts";
import { folder, surface } from "./looking.ts";

test.each([
  ["var/lib/apt/lists/mirror.example_Packages.lz4", "/var/lib/apt/lists"],
  ["var/cache/apt/pkgcache.bin", "/var/cache/apt"],
  ["var/cache/apt/archives/curl.deb", "/var/cache/apt"],
  ["var/cache/apk/APKINDEX.tar.gz", "/var/cache/apk"],
  ["etc/apk/cache/x.apk", "/etc/apk/cache"],
  ["var/cache/dnf/x/packages/y.rpm", "/var/cache/dnf"],
  ["var/cache/libdnf5/x.solv", "/var/cache/libdnf5"],
  ["var/cache/yum/x.rpm", "/var/cache/yum"],
  ["var/cache/zypp/x.rpm", "/var/cache/zypp"],
  ["var/cache/pacman/pkg/x.zst", "/var/cache/pacman"],
  ["root/.cache/pip/http-v2/a/b", "/root/.cache/pip"],
  ["home/app/.cache/uv/wheels/x", "/home/app/.cache/uv"],
  ["app/.cache/pypoetry/x", "/app/.cache/pypoetry"],
  ["root/.cache/go-build/ab/cd", "/root/.cache/go-build"],
  ["usr/local/share/.cache/yarn/v6/x", "/usr/local/share/.cache/yarn"],
  ["home/node/.npm/_cacache/content-v2/x", "/home/node/.npm"],
  ["root/.yarn/berry/cache/x.zip", "/root/.yarn/berry/cache"],
  ["root/.local/share/pnpm/store/v10/x", "/root/.local/share/pnpm/store"],
  ["go/pkg/mod/cache/download/x", "/go/pkg/mod"],
  ["root/go/pkg/mod/x.org/y@v1.0.0/y.go", "/root/go/pkg/mod"],
  ["usr/local/cargo/registry/index/x", "/usr/local/cargo/registry"],
  ["home/rust/.cargo/git/db/x", "/home/rust/.cargo/git"],
  ["root/.m2/repository/org/x.jar", "/root/.m2/repository"],
  ["home/gradle/.gradle/caches/modules-2/x", "/home/gradle/.gradle/caches"],
  ["root/.composer/cache/files/x.zip", "/root/.composer/cache"],
  ["root/.nuget/packages/x/y.dll", "/root/.nuget/packages"],
  ["root/.local/share/NuGet/plugins-cache/x", "/root/.local/share/NuGet/plugins-cache"],
  ["opt/conda/pkgs/x.conda", "/opt/conda/pkgs"],
  ["usr/local/bundle/cache/x.gem", "/usr/local/bundle/cache"],
  ["usr/local/lib/ruby/gems/3.4.0/cache/x.gem", "/usr/local/lib/ruby/gems/3.4.0/cache"],
  ["root/.ccache/0/x", "/root/.ccache"],
  ["src/.mypy_cache/3.13/x.json", "/src/.mypy_cache"],
  ["app/node_modules/.cache/babel/x", "/app/node_modules/.cache"],
  ["app/.next/cache/webpack/x", "/app/.next/cache"],
  ["app/__pycache__/main.cpython-313.pyc", "/app/__pycache__"],
  ["usr/src/app/lib/__pycache__/x.pyc", "/usr/src/app/lib/__pycache__"],
])("%s lies in a cache", async (name, place) => {
  const { caches } = await surface(file(name, "12345"));
  expect(caches).toEqual({ count: 1, bytes: 5, paths: [place] });
});

test.each([
  // Installed on purpose, and what bytecode of it there is makes starts faster.
  "usr/local/lib/python3.13/__pycache__/os.cpython-313.pyc",
  "usr/local/lib/python3.13/site-packages/flask/__pycache__/app.cpython-313.pyc",
  "app/.venv/lib/python3.13/site-packages/flask/__pycache__/app.cpython-313.pyc",
  "usr/share/python3/__pycache__/x.pyc",
  // Fetched once and needed to run.
  "root/.cache/ms-playwright/chromium/chrome",
  "root/.cache/huggingface/hub/x",
  "app/.yarn/cache/react.zip",
  // Somebody's own.
  "app/pkg/mod/x.go",
  "app/cache/x",
  "var/cache/debconf/templates.dat",
  "var/lib/apt/extended_states",
])("%s does not", async (name) => {
  expect((await surface(file(name, "12345"))).caches.paths).toEqual([]);
});

test("a cache counts once with all that is in it, caches in caches included, and not when it is empty", async () => {
  const { caches } = await surface(
    folder("var/lib/apt/lists/partial/"),
    file("var/lib/apt/lists/lock", ""),
    file("root/.cache/pip/a/.cache/b", "12345"),
    file("root/.cache/pip/c", "123"),
    file("root/.cache/pipx", "1"),
    file("root/.eslintcache", "12"),
  );
  expect(caches).toEqual({
    count: 3,
    bytes: 11,
    paths: ["/root/.cache/pip", "/root/.cache/pipx", "/root/.eslintcache"],
  });
});
