import { Version } from "@cyclonedx/cyclonedx-library/Spec";
import { JsonStrictValidator } from "@cyclonedx/cyclonedx-library/Validation";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { packageUrl } from "../../../src/measure/packages/package-url.ts";
import type { Package } from "../../../src/model/anatomy.ts";
import type { Inspection } from "../../../src/model/inspection.ts";
import { SBOM_FORMATS } from "../../../src/report/sbom/formats.ts";
import { creationTime, sbom } from "../../../src/report/sbom/sbom.ts";
import { HOSTILE_FILES, inspection, SMALL } from "./inspections.ts";
import { violations } from "./spdx-rules.ts";

const BY = { version: "0.1.0", created: new Date("2026-11-24T08:00:00.123Z") };

/** The official schema, as CycloneDX's own library ships and applies it. */
const schema = new JsonStrictValidator(Version.v1dot6);

interface CycloneDx {
  readonly components: readonly {
    readonly "bom-ref": string;
    readonly purl?: string;
    readonly name: string;
  }[];
  readonly dependencies: readonly { readonly dependsOn: readonly string[] }[];
}

interface Spdx {
  readonly packages: readonly {
    readonly name: string;
    readonly externalRefs?: readonly { readonly referenceLocator: string }[];
  }[];
}

function purls(text: string): string[] {
  const { components, packages } = JSON.parse(text) as Partial<CycloneDx & Spdx>;
  const found = components
    ? components.map(({ purl }) => purl)
    : packages?.map(({ externalRefs }) => externalRefs?.[0]?.referenceLocator);
  return (found ?? []).filter((it) => it !== undefined);
}

test("a CycloneDX document says what is inside, where it was seen and from which source it comes", async () => {
  const document: unknown = JSON.parse(sbom(await inspection(SMALL), "cyclonedx", BY));
  expect(document).toEqual({
    $schema: "http://cyclonedx.org/schema/bom-1.6.schema.json",
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    serialNumber: expect.stringMatching(/^urn:uuid:[0-9a-f-]{36}$/),
    version: 1,
    metadata: {
      timestamp: "2026-11-24T08:00:00Z",
      lifecycles: [{ phase: "post-build" }],
      tools: { components: [{ type: "application", name: "slimproof", version: "0.1.0" }] },
      component: {
        type: "container",
        "bom-ref": "image",
        name: "example/app:1.4",
        version: `sha256:${"0123456789abcdef".repeat(4)}`,
        hashes: [{ alg: "SHA-256", content: "0123456789abcdef".repeat(4) }],
        properties: [
          { name: "slimproof:image:platform", value: "linux/amd64" },
          { name: "slimproof:layer:0:digest", value: `sha256:${"a".repeat(64)}` },
          { name: "slimproof:layer:1:digest", value: `sha256:${"b".repeat(64)}` },
        ],
      },
    },
    components: [
      { type: "operating-system", "bom-ref": "operating-system", name: "debian", version: "13" },
      component("bash", "5.2.37-2+b10", ["/var/lib/dpkg/status"], ["bash", "5.2.37-2"]),
      component("libc6", "2.41-12", ["/var/lib/dpkg/status"], ["glibc", "2.41-12"]),
      component("tzdata", "2025b-4", ["/var/lib/dpkg/status"], ["tzdata", "2025b-4"]),
      component("@scope/thing", "2.3.4", ["/app/node_modules/@scope/thing/package.json"]),
      component("Foo_Bar", "1.0", [
        "/opt/venv/lib/foo_bar-1.0.dist-info/METADATA",
        "/usr/lib/python3/dist-packages/Foo_Bar-1.0.dist-info/METADATA",
      ]),
    ],
    dependencies: [{ ref: "image", dependsOn: expect.any(Array) }],
  });
});

function component(
  name: string,
  version: string,
  paths: readonly string[],
  source?: readonly [name: string, version: string],
): object {
  const purl: unknown = expect.stringMatching(/^pkg:/);
  return {
    type: "library",
    "bom-ref": purl,
    name,
    version,
    purl,
    evidence: { occurrences: paths.map((location) => ({ location })) },
    ...(source
      ? {
          properties: [
            { name: "aquasecurity:trivy:SrcName", value: source[0] },
            { name: "aquasecurity:trivy:SrcVersion", value: source[1] },
          ],
        }
      : {}),
  };
}

test("an SPDX document describes the image, which contains the system and each package", async () => {
  const document = JSON.parse(sbom(await inspection(SMALL), "spdx", BY)) as Spdx & {
    readonly relationships: readonly object[];
  };
  expect(document).toMatchObject({
    spdxVersion: "SPDX-2.3",
    dataLicense: "CC0-1.0",
    SPDXID: "SPDXRef-DOCUMENT",
    name: "example/app:1.4",
    documentNamespace: expect.stringMatching(/^urn:uuid:[0-9a-f-]{36}$/),
    creationInfo: { created: "2026-11-24T08:00:00Z", creators: ["Tool: slimproof-0.1.0"] },
  });
  expect(document.packages.map((it) => it.name)).toEqual([
    "example/app:1.4",
    "debian",
    "bash",
    "libc6",
    "tzdata",
    "@scope/thing",
    "Foo_Bar",
  ]);
  expect(document.packages[3]).toEqual({
    SPDXID: expect.stringMatching(/^SPDXRef-Package-libc6-[0-9a-f]{16}$/),
    name: "libc6",
    versionInfo: "2.41-12",
    sourceInfo: "found in /var/lib/dpkg/status",
    externalRefs: [
      {
        referenceCategory: "PACKAGE-MANAGER",
        referenceType: "purl",
        referenceLocator: "pkg:deb/debian/libc6@2.41-12?arch=amd64&distro=debian-13&upstream=glibc",
      },
    ],
    downloadLocation: "NOASSERTION",
    filesAnalyzed: false,
    licenseConcluded: "NOASSERTION",
    licenseDeclared: "NOASSERTION",
    copyrightText: "NOASSERTION",
  });
  expect(document.relationships).toHaveLength(7);
});

describe.each([
  ["a small image", SMALL],
  ["an image of nothing", {}],
  ["an image with hostile names", { ...SMALL, ...HOSTILE_FILES }],
])("%s", (_, files) => {
  test("makes a document that CycloneDX's schema takes", async () => {
    const text = sbom(await inspection(files), "cyclonedx", BY);
    expect(await schema.validate(text)).toBeNull();
    const { components, dependencies } = JSON.parse(text) as CycloneDx;
    const refs = components.map((it) => it["bom-ref"]);
    expect(new Set(refs).size).toBe(refs.length);
    expect(dependencies[0]?.dependsOn).toEqual(refs);
  });

  test("makes one that keeps SPDX's rules", async () => {
    const text = sbom(await inspection(files), "spdx", BY);
    expect(violations(JSON.parse(text) as never)).toEqual([]);
  });

  test.each(SBOM_FORMATS)("has each of its packages once in %s", async (format) => {
    const of = await inspection(files);
    const { packages, distribution } = of.anatomy;
    const expected = new Set(packages.map((it) => packageUrl(wellFormed(it), distribution)));
    expect(purls(sbom(of, format, BY)).toSorted()).toEqual([...expected].toSorted());
  });
});

test("what checks the documents would find fault", async () => {
  const of = await inspection(SMALL);
  const cyclonedx = sbom(of, "cyclonedx", BY);
  expect(await schema.validate(cyclonedx.replace('"post-build"', '"later"'))).not.toBeNull();
  expect(await schema.validate(cyclonedx.replace('"purl"', '"url"'))).not.toBeNull();
  const spdx = sbom(of, "spdx", BY);
  const wrong = spdx
    .replace("SPDXRef-Image", "SPDXRef_Image")
    .replace('"filesAnalyzed"', '"x"')
    .replace("OPERATING_S", "OPERATING-S");
  expect(violations(JSON.parse(wrong) as never)).toEqual([
    "SPDXRef_Image has no filesAnalyzed",
    "SPDXRef-OperatingSystem is for OPERATING-SYSTEM (7.24)",
    "SPDXRef_Image is no identifier (6.3)",
    "a relationship names SPDXRef-Image, which is not there (11.1)",
    ...Array.from(
      { length: 6 },
      () => "a relationship names SPDXRef-Image, which is not there (11.1)",
    ),
  ]);
});

describe.each(SBOM_FORMATS)("%s", (format) => {
  test("gives the same bytes for the same image, but for the time", async () => {
    const first = sbom(await inspection(SMALL), format, BY);
    expect(sbom(await inspection(SMALL), format, BY)).toBe(first);
    const later = sbom(await inspection(SMALL), format, { ...BY, created: new Date(0) });
    expect(later).not.toBe(first);
    expect(later.replaceAll("1970-01-01T00:00:00Z", "2026-11-24T08:00:00Z")).toBe(first);
  });

  test("is another document for another image, name or program", async () => {
    const of = await inspection(SMALL);
    const { config } = of;
    const others: Inspection[] = [
      of,
      { ...of, name: "other" },
      { ...of, config: { ...config, layers: config.layers.slice(1) } },
      { ...of, anatomy: { ...of.anatomy, packages: of.anatomy.packages.slice(1) } },
      { ...of, anatomy: { ...of.anatomy, distribution: null } },
    ];
    const serials = [
      ...others.map((it) => sbom(it, format, BY)),
      sbom(of, format, { ...BY, version: "0.2.0" }),
    ].map((text) => /"urn:uuid:[^"]+"/.exec(text)?.[0]);
    expect(new Set(serials).size).toBe(6);
    expect(serials).not.toContain(undefined);
  });

  test("loses nothing of any name and prints nothing that a terminal obeys", async () => {
    const of = await inspection({});
    const text = fc.string({ unit: "binary", minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(text, text, text, (name, version, path) => {
        const it = { kind: "node", name, version, path, architecture: null, source: null } as const;
        const written = sbom(
          { ...of, name, anatomy: { ...of.anatomy, packages: [it] } },
          format,
          BY,
        );
        expect(written).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
        const { components, packages } = JSON.parse(written) as Partial<CycloneDx & Spdx>;
        expect((components ?? packages)?.at(-1)?.name).toBe(name.toWellFormed());
        expect(purls(written)).toEqual([packageUrl(wellFormed(it), null)]);
      }),
    );
  });
});

function wellFormed(it: Package): Package {
  return { ...it, name: it.name.toWellFormed(), version: it.version.toWellFormed() };
}

test("an image whose id is no digest has none in its documents", async () => {
  const of = await inspection(SMALL);
  const odd: Inspection = { ...of, config: { ...of.config, id: "sha512:abc" } };
  const cyclonedx = sbom(odd, "cyclonedx", BY);
  expect(cyclonedx).not.toContain('"hashes"');
  expect(await schema.validate(cyclonedx)).toBeNull();
  expect(sbom(odd, "spdx", BY)).not.toContain('"checksums"');
});

test("a source package is found in what rpm says, too", async () => {
  const of = await inspection({});
  const rpm = (source: string | null): Package => ({
    kind: "rpm",
    name: "glibc-common",
    version: "2.34-83.el9",
    path: "/var/lib/rpm/rpmdb.sqlite",
    architecture: "x86_64",
    source,
  });
  const sources = (packages: readonly Package[]): string =>
    sbom({ ...of, anatomy: { ...of.anatomy, packages } }, "cyclonedx", BY);
  expect(sources([rpm("glibc-2.34-83.el9.src.rpm")])).toContain('"value": "glibc"');
  expect(sources([rpm(null)])).toContain('"value": "glibc-common"');
});

describe("the time of a document", () => {
  test.each([
    ["0", "1970-01-01T00:00:00.000Z"],
    ["1764000000", "2025-11-24T16:00:00.000Z"],
  ])("SOURCE_DATE_EPOCH=%s is %s", (text, time) => {
    expect(creationTime({ SOURCE_DATE_EPOCH: text }).toISOString()).toBe(time);
  });

  test("is now without it", () => {
    const before = Date.now();
    expect(creationTime({ SOURCE_DATE_EPOCH: "" }).getTime()).toBeGreaterThanOrEqual(before);
    expect(creationTime({}).getTime()).toBeLessThanOrEqual(Date.now());
  });

  test.each(["yesterday", "-1", "1.5", "1e3", " 1", "999999999999"])("%j is refused", (text) => {
    expect(() => creationTime({ SOURCE_DATE_EPOCH: text })).toThrow(
      /^SOURCE_DATE_EPOCH=.* is no time/,
    );
  });
});
