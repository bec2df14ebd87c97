import { expect, test } from "vitest";
import type { Package, PackageKind } from "../../../src/model/anatomy.ts";
import { packageUrl } from "../../../src/measure/packages/package-url.ts";

const DEBIAN = { id: "debian", version: "13" };
const of = (kind: PackageKind, name: string, version: string, rest: Partial<Package> = {}) => ({
  kind,
  name,
  version,
  path: "/x",
  architecture: null,
  source: null,
  ...rest,
});

/** Each of these was read back by packageurl-js 2.0.1 into the parts that it was made from. */
test.each<[Package, string]>([
  [
    of("deb", "libc6", "2.41-12", { architecture: "amd64", source: "glibc" }),
    "pkg:deb/debian/libc6@2.41-12?arch=amd64&distro=debian-13&upstream=glibc",
  ],
  [
    of("deb", "libstdc++6", "1:14.2.0-19+b1~x", { source: "gcc-14@14.2.0-19" }),
    "pkg:deb/debian/libstdc%2B%2B6@1:14.2.0-19%2Bb1~x?distro=debian-13&upstream=gcc-14%4014.2.0-19",
  ],
  [of("apk", "musl", "1.2.5-r9"), "pkg:apk/debian/musl@1.2.5-r9?distro=debian-13"],
  [
    of("rpm", "NetworkManager", "1:1.54-1.el9", { architecture: "x86_64", source: "n-1.src.rpm" }),
    "pkg:rpm/debian/NetworkManager@1.54-1.el9?arch=x86_64&distro=debian-13&epoch=1&upstream=n-1.src.rpm",
  ],
  [of("python", "Zope.Interface__x", "1!2.0+local"), "pkg:pypi/zope-interface-x@1%212.0%2Blocal"],
  [of("node", "@types/node", "24.0.0"), "pkg:npm/%40types/node@24.0.0"],
  [of("node", "JSONStream", "1.3.5"), "pkg:npm/JSONStream@1.3.5"],
  [of("go", "stdlib", "1.26.1"), "pkg:golang/stdlib@1.26.1"],
  [of("go", "github.com/A/b/v2", "v2.0.0"), "pkg:golang/github.com/A/b/v2@v2.0.0"],
  [of("go", "cmd/go", "(devel)"), "pkg:golang/cmd/go@%28devel%29"],
  [of("java", "org.x:y", "1.0"), "pkg:maven/org.x/y@1.0"],
  [of("java", "spring-core", "6.1.14"), "pkg:maven/spring-core/spring-core@6.1.14"],
  [of("gem", "rack", "3.1.8"), "pkg:gem/rack@3.1.8"],
  [of("cargo", "serde", "1.0.0"), "pkg:cargo/serde@1.0.0"],
  [of("node", "a b?c#d%é@e", "1/2"), "pkg:npm/a%20b%3Fc%23d%25%C3%A9%40e@1%2F2"],
])("%o", (it, url) => {
  expect(packageUrl(it, DEBIAN)).toBe(url);
});

test("of a distribution without a version, and of none", () => {
  const it = of("deb", "a", "1");
  expect(packageUrl(it, { id: "arch", version: "" })).toBe("pkg:deb/arch/a@1?distro=arch");
  expect(packageUrl(it, null)).toBe("pkg:deb/a@1");
});

test.each([
  ["rhel", "redhat"],
  ["opensuse-leap", "opensuse"],
  ["opensuse-tumbleweed", "opensuse"],
  ["fedora", "fedora"],
])("the vendor of %s is %s", (id, vendor) => {
  expect(packageUrl(of("rpm", "a", "1-2"), { id, version: "9" })).toBe(
    `pkg:rpm/${vendor}/a@1-2?distro=${id}-9`,
  );
});
