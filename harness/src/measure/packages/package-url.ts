import type { Distribution, Package, PackageKind } from "../../model/anatomy.ts";

/** Type names of the package-url specification (purl-types-index). */
const TYPES: Readonly<Record<PackageKind, string>> = {
  deb: "deb",
  apk: "apk",
  rpm: "rpm",
  python: "pypi",
  node: "npm",
  go: "golang",
  java: "maven",
  gem: "gem",
  cargo: "cargo",
};

/**
 * A package's URL as the package-url specification has it: `pkg:deb/debian/libc6@2.41-12?arch=amd64&distro=debian-13`. Packages
 * of a distribution name it as their namespace, and what they were built from as `upstream`, which scanners look up (as
 * syft writes it). An archive whose Maven group is not known has its own name in that place, since one is required.
 */
export function packageUrl(it: Package, distribution: Distribution | null): string {
  const { namespace, name, version } = parts(it, distribution);
  const epoch = it.kind === "rpm" ? /^\d+(?=:)/.exec(it.version)?.[0] : undefined;
  const qualifiers = {
    arch: it.architecture,
    distro: isSystem(it) ? distro(distribution) : null,
    epoch: epoch ?? null,
    upstream: it.source,
  };
  const query = Object.entries(qualifiers).flatMap(([key, value]) =>
    value === null ? [] : [`${key}=${encode(value)}`],
  );
  const path = [...namespace, name].map(encode).join("/");
  return `pkg:${TYPES[it.kind]}/${path}@${encode(version)}${query.length > 0 ? `?${query.join("&")}` : ""}`;
}

/** Split and normalised by the rules of each type. */
function parts(
  it: Package,
  distribution: Distribution | null,
): { readonly namespace: readonly string[]; readonly name: string; readonly version: string } {
  const { kind, name, version } = it;
  switch (kind) {
    case "deb":
    case "apk":
    case "rpm":
      return {
        namespace: distribution ? [vendor(distribution.id.toLowerCase())] : [],
        name: kind === "rpm" ? name : name.toLowerCase(),
        version: kind === "rpm" ? version.replace(/^\d+:/, "") : version,
      };
    case "python":
      // PEP 503: one project's name is written in many ways.
      return { namespace: [], name: name.toLowerCase().replace(/[-_.]+/g, "-"), version };
    case "node":
    case "go": {
      // Both are case-sensitive: `JSONStream` and `jsonstream` are two packages.
      const [last = name, ...before] = name.split("/").filter(Boolean).reverse();
      return { namespace: before.reverse(), name: last, version };
    }
    case "java": {
      const [, group = name, artifact = name] = /^([^:]+):(.+)$/.exec(name) ?? [];
      return { namespace: [group], name: artifact, version };
    }
    case "gem":
    case "cargo":
      return { namespace: [], name, version };
    default:
      return kind satisfies never;
  }
}

/** The specification's names of vendors are not always os-release's. */
function vendor(id: string): string {
  if (id === "rhel") return "redhat";
  return id.startsWith("opensuse") ? "opensuse" : id;
}

function isSystem({ kind }: Package): boolean {
  return kind === "deb" || kind === "apk" || kind === "rpm";
}

function distro(distribution: Distribution | null): string | null {
  if (distribution === null) return null;
  const { id, version } = distribution;
  return version === "" ? id : `${id}-${version}`;
}

/** All but letters, digits and `.-_~` is escaped, and the colon, which may stand as it is. */
function encode(text: string): string {
  return encodeURIComponent(text)
    .replace(/[!'()*]/g, (it) => `%${it.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll("%3A", ":");
}
