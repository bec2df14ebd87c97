import { expect, test } from "vitest";
import { file } from "../fixtures/tar.ts";
import { folder, surface } from "./looking.ts";

test("sources of the application, not the system's or a language's own", async () => {
  const left = [
    "app/main.go",
    "app/go.mod",
    "app/Dockerfile.multi",
    "src/lib.rs",
    "usr/src/app/server.ts",
    "go/src/app/x.c",
    "home/app/requirements.txt",
    "opt/app/Main.java",
  ];
  const own = [
    "usr/local/go/src/fmt/print.go",
    "usr/src/linux-headers/Makefile",
    "usr/share/doc/x/requirements.txt",
    "go/pkg/mod/x.org/y/y.go",
    "root/go/pkg/mod/x.org/y/y.go",
    "root/.cargo/registry/x.rs",
    "venv/lib/python3.13/site-packages/x/x.pyx",
    "app/node_modules/x/index.d.ts",
    "lib64/x.c",
    "var/lib/x.c",
  ];
  const programs = [
    "app/app.py",
    "app/server.js",
    "app/package.json",
    "app/config.yaml",
    "app/agog",
    "app/.gitkeep",
  ];
  const { sources } = await surface(
    ...[...left, ...own, ...programs].map((name) => file(name, "")),
    folder("app/.git/"),
    folder("app/.git/hooks/"),
    file("app/.git/hooks/x.go", ""),
    folder("app/x.go/"),
  );
  expect(sources).toMatchObject({
    count: 9,
    paths: [...left, "app/.git"].map((name) => `/${name}`).sort(),
  });
});

test("version control counts with all that is in it, and sources once", async () => {
  const { sources } = await surface(
    file("app/.git/objects/ab/cd", "1234567"),
    file("app/.git/HEAD", "12"),
    file("app/main.go", "123"),
    file("app/other/.svn/x.go", "1"),
  );
  expect(sources).toEqual({
    count: 3,
    bytes: 13,
    paths: ["/app/.git", "/app/main.go", "/app/other/.svn"],
  });
});
