import { createHash } from "node:crypto";
import type { Distribution } from "../../model/anatomy.ts";
import type { Inspection } from "../../model/inspection.ts";
import { contentsOf, sha256Of, timestamp, type Authorship, type Content } from "./contents.ts";
import { uuidOf } from "./uuid.ts";

const DOCUMENT = "SPDXRef-DOCUMENT";
const IMAGE = "SPDXRef-Image";
const SYSTEM = "SPDXRef-OperatingSystem";

/** What SPDX wants said of each package and nobody looked for: clauses 7.7, 7.13, 7.15 and 7.17. */
const UNKNOWN = {
  downloadLocation: "NOASSERTION",
  filesAnalyzed: false,
  licenseConcluded: "NOASSERTION",
  licenseDeclared: "NOASSERTION",
  copyrightText: "NOASSERTION",
} as const;

/** SPDX 2.3 (spdx.github.io/spdx-spec/v2.3): the document describes the image, which contains all other packages. */
export function spdx(inspection: Inspection, { version, created }: Authorship): object {
  const { anatomy } = inspection;
  const tool = `slimproof-${version}`;
  const date = timestamp(created);
  const image = imageOf(inspection);
  const inside = [
    ...(anatomy.distribution ? [systemOf(anatomy.distribution)] : []),
    ...contentsOf(anatomy).map(packageOf),
  ];
  const annotations = annotationsOf(inspection).map((comment) => ({
    annotationDate: date,
    annotationType: "OTHER",
    annotator: `Tool: ${tool}`,
    comment,
  }));
  const content = JSON.stringify([tool, image, annotationsOf(inspection), inside]);
  return {
    spdxVersion: "SPDX-2.3",
    dataLicense: "CC0-1.0",
    SPDXID: DOCUMENT,
    name: inspection.name,
    documentNamespace: `urn:uuid:${uuidOf(content)}`,
    creationInfo: { created: date, creators: [`Tool: ${tool}`] },
    packages: [{ ...image, annotations }, ...inside],
    relationships: [
      relationship(DOCUMENT, "DESCRIBES", IMAGE),
      ...inside.map(({ SPDXID }) => relationship(IMAGE, "CONTAINS", SPDXID)),
    ],
  };
}

function relationship(spdxElementId: string, relationshipType: string, related: string): object {
  return { spdxElementId, relationshipType, relatedSpdxElement: related };
}

function imageOf({ name, config }: Inspection) {
  const digest = sha256Of(config.id);
  return {
    SPDXID: IMAGE,
    name,
    versionInfo: config.id,
    primaryPackagePurpose: "CONTAINER",
    ...(digest === null ? {} : { checksums: [{ algorithm: "SHA256", checksumValue: digest }] }),
    ...UNKNOWN,
  };
}

function systemOf({ id, version }: Distribution) {
  return {
    SPDXID: SYSTEM,
    name: id,
    ...(version === "" ? {} : { versionInfo: version }),
    primaryPackagePurpose: "OPERATING_SYSTEM",
    ...UNKNOWN,
  };
}

function packageOf({ purl, name, version, paths }: Content) {
  return {
    SPDXID: idOf(purl, name),
    name,
    versionInfo: version,
    sourceInfo: `found in ${paths.join(", ")}`,
    externalRefs: [
      {
        referenceCategory: "PACKAGE-MANAGER",
        referenceType: "purl",
        referenceLocator: purl,
      },
    ],
    ...UNKNOWN,
  };
}

/** Letters, digits, `.` and `-` are all that clause 7.2 allows: the name for a reader, a digest to tell it from others. */
function idOf(purl: string, name: string): string {
  const readable = name.replaceAll(/[^A-Za-z0-9.]+/g, "-").slice(0, 60);
  const digest = createHash("sha256").update(purl).digest("hex").slice(0, 16);
  return `SPDXRef-Package-${readable}-${digest}`;
}

/** What SPDX has no field for; layers lowest first. */
function annotationsOf({ config }: Inspection): readonly string[] {
  return [`platform ${config.platform}`, ...config.layers.map((digest) => `layer ${digest}`)];
}
