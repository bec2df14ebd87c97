/** Shared libraries that are not there, and what brings them with all that they need. */
import { describe, expect, test } from "vitest";
import type { Distribution, Package, PackageKind } from "../../src/model/anatomy.ts";
import { LOADER, explained, program, started, type Twin } from "./pair.ts";

const LIB = "/usr/lib/x86_64-linux-gnu";
const library = (...needed: string[]): ReturnType<typeof program> =>
  program({ kind: "library", needed });

/** An image of a distribution, with the packages that its package manager lists. */
function image(
  distribution: Distribution,
  kind: PackageKind,
  names: readonly string[],
  more: Twin["files"] = {},
): NonNullable<Twin["files"]> {
  const packages = names.map((name): Package => {
    return { kind, name, version: "1", path: "/status", architecture: null, source: null };
  });
  return {
    "/etc/os-release": { content: { distribution } },
    "/var/lib/dpkg/status": { content: { packages } },
    [LOADER]: library(),
    "/app/shop": program({ interpreter: LOADER, needed: ["libpq.so.5"] }),
    ...more,
  };
}

const debian = { id: "debian", version: "13" };
const pq = {
  [`${LIB}/libpq.so.5`]: library("libssl.so.3", "libldap.so.2"),
  [`${LIB}/libssl.so.3`]: library("libcrypto.so.3"),
  [`${LIB}/libcrypto.so.3`]: library(),
  [`${LIB}/libldap.so.2`]: library(),
};
const config = { cmd: ["/app/shop"] };
const dockerfile = "FROM debian:13 AS build\nFROM debian:13-slim";
const baseline: Twin = {
  files: image(debian, "deb", ["libpq5", "libpq-dev", "libssl3t64"], pq),
  config,
  dockerfile: "FROM debian:13",
};
const slim = { ...image(debian, "deb", []), "/usr/bin/apt-get": program() };

const first = (
  candidate: Twin,
  theirs = baseline,
): ReturnType<typeof explained>[number] | undefined =>
  explained(theirs, { config, dockerfile, ...candidate }, started)[0];

describe("a library that needs others", () => {
  test("comes with its package", () => {
    expect(first({ files: slim })).toEqual({
      id: "missing-library",
      evidence: `/app/shop needs libpq.so.5, which the candidate lacks and the baseline has at ${LIB}/libpq.so.5; so it is with libssl.so.3, libldap.so.2, libcrypto.so.3`,
      mend: "RUN apt-get update && apt-get install -y --no-install-recommends libpq5",
    });
    expect(first({ files: slim, config: { ...config, user: "1000" } })?.mend).toBe(
      "RUN apt-get update && apt-get install -y --no-install-recommends libpq5, before USER",
    );
  });

  test("is one cause, though the message names it as well", () => {
    const said = "./shop: error while loading shared libraries: libpq.so.5: cannot open";
    expect(
      explained(baseline, { config, dockerfile, files: slim, said }, started).map((it) => it.id),
    ).toEqual(["missing-library"]);
  });

  test("that the program opens by itself comes with its package too", () => {
    const app = { "/app/shop": program({ interpreter: LOADER }) };
    const said = "libpq.so.5: cannot open shared object file";
    const theirs = { ...baseline, files: { ...baseline.files, ...app } };
    expect(first({ files: { ...slim, ...app }, said }, theirs)?.mend).toBe(
      "RUN apt-get update && apt-get install -y --no-install-recommends libpq5",
    );
  });

  const copies = `COPY --from=build ${LIB}/libpq.so.5 ${LIB}/libssl.so.3 ${LIB}/libldap.so.2 ${LIB}/libcrypto.so.3 ${LIB}/`;
  test.each<[string, NonNullable<Twin["files"]>]>([
    ["without a package manager", image(debian, "deb", [])],
    [
      "of another release, whose packages may be called otherwise",
      { ...image({ id: "debian", version: "12" }, "deb", []), "/usr/bin/apt-get": program() },
    ],
  ])("is copied with them into a base %s", (_, files) => {
    expect(first({ files })?.mend).toBe(copies);
  });

  test("is copied with them when no package of the baseline is called after it", () => {
    const files = image(debian, "deb", ["postgresql-from-source"], pq);
    expect(first({ files: slim }, { ...baseline, files })?.mend).toBe(copies);
  });

  test("is copied from where no package put it", () => {
    const own = "/usr/local/lib/libpq.so.5";
    const needs = { interpreter: LOADER, needed: ["libpq.so.5"], runpath: ["/usr/local/lib"] };
    const app = { "/app/shop": program(needs) };
    const files = image(debian, "deb", ["libpq5"], {
      ...app,
      [own]: library("libssl.so.3"),
      [`${LIB}/libssl.so.3`]: library(),
    });
    expect(first({ files: { ...slim, ...app } }, { ...baseline, files })?.mend).toBe(
      `COPY --from=build ${own} /usr/local/lib/ and COPY --from=build ${LIB}/libssl.so.3 ${LIB}/`,
    );
  });

  test("in Alpine", () => {
    const alpine = { id: "alpine", version: "3.22.1" };
    const files = image(alpine, "apk", ["libpq", "libssl3"], pq);
    const candidate = { ...image(alpine, "apk", []), "/sbin/apk": program() };
    expect(first({ files: candidate }, { ...baseline, files })?.mend).toBe(
      "RUN apk add --no-cache libpq",
    );
  });
});

test.each<[string, string]>([
  ["libssl.so.3", "libssl3t64"],
  ["libgssapi_krb5.so.2", "libgssapi-krb5-2"],
  ["libstdc++.so.6", "libstdc++6"],
  ["libsqlite3.so.0", "libsqlite3-0"],
  ["libglib-2.0.so.0", "libglib2.0-0t64"],
  ["libX11.so.6", "libx11-6"],
  ["libz.so.1", "zlib1g"],
])("Debian's package of %s is %s", (name, packaged) => {
  const app = { "/app/shop": program({ interpreter: LOADER, needed: [name] }) };
  const theirs = image(debian, "deb", [packaged], {
    ...app,
    [`${LIB}/${name}`]: library("libmore.so"),
    [`${LIB}/libmore.so`]: library(),
  });
  const found = first({ files: { ...slim, ...app } }, { ...baseline, files: theirs });
  expect(found?.mend).toMatch(new RegExp(`recommends ${RegExp.escape(packaged)}$`));
});

describe("a library that is there", () => {
  const app = {
    "/app/shop": program({ interpreter: LOADER, needed: ["libtax.so.1"] }),
    [LOADER]: library(),
  };
  const own = { ...app, "/opt/shop/libtax.so.1": library() };
  const set = { LD_LIBRARY_PATH: "/opt/shop" };

  test("in a folder that only the baseline's LD_LIBRARY_PATH names", () => {
    const theirs = { files: own, config: { ...config, env: set } };
    expect(first({ files: own }, theirs)).toEqual({
      id: "lost-env",
      evidence:
        "the baseline has ENV LD_LIBRARY_PATH=/opt/shop, the candidate does not; libtax.so.1 lies at /opt/shop/libtax.so.1",
      mend: "ENV LD_LIBRARY_PATH=/opt/shop",
    });
  });

  test("where the candidate's LD_LIBRARY_PATH has it found is not missing", () => {
    const theirs = { files: { ...app, "/usr/lib/libtax.so.1": library() }, config };
    expect(first({ files: own, config: { ...config, env: set } }, theirs)).toBeUndefined();
    expect(first({ files: own }, theirs)).toMatchObject({
      id: "missing-library",
      mend: "ENV LD_LIBRARY_PATH=/opt/shop",
    });
  });
});
