import type { Inspection } from "../../model/inspection.ts";
import {
  contentsOf,
  sha256Of,
  timestamp,
  type Authorship,
  type Content,
  type Source,
} from "./contents.ts";
import { uuidOf } from "./uuid.ts";

/** Names of a document's own parts; a package is named by its package URL, which begins with `pkg:`. */
const IMAGE = "image";
const SYSTEM = "operating-system";

/**
 * CycloneDX 1.6 (cyclonedx.org/docs/1.6/json): the image is the document's subject and depends on all components. Where
 * a package was seen is told by `evidence.occurrences`, which CycloneDX's own library for JavaScript does not write.
 */
export function cycloneDx(inspection: Inspection, { version, created }: Authorship): object {
  const { config, anatomy } = inspection;
  const digest = sha256Of(config.id);
  const contents = contentsOf(anatomy);
  const metadata = {
    lifecycles: [{ phase: "post-build" }],
    tools: { components: [{ type: "application", name: "slimproof", version }] },
    component: {
      type: "container",
      "bom-ref": IMAGE,
      name: inspection.name,
      version: config.id,
      ...(digest === null ? {} : { hashes: [{ alg: "SHA-256", content: digest }] }),
      properties: propertiesOf(inspection),
    },
  };
  const components = [
    ...(anatomy.distribution ? [operatingSystem(anatomy.distribution)] : []),
    ...contents.map(componentOf),
  ];
  const dependencies = [{ ref: IMAGE, dependsOn: components.map((it) => it["bom-ref"]) }];
  const content = JSON.stringify([metadata, components]);
  return {
    $schema: "http://cyclonedx.org/schema/bom-1.6.schema.json",
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    serialNumber: `urn:uuid:${uuidOf(content)}`,
    version: 1,
    metadata: { timestamp: timestamp(created), ...metadata },
    components,
    dependencies,
  };
}

function componentOf({ purl, name, version, source, paths }: Content) {
  return {
    type: "library",
    "bom-ref": purl,
    name,
    version,
    purl,
    evidence: { occurrences: paths.map((location) => ({ location })) },
    ...(source === null ? {} : { properties: forTrivy(source) }),
  };
}

/**
 * Distributions tell of vulnerabilities by source package. Grype reads its name from the package URL (`upstream`), trivy
 * from these properties alone, and once one package has them all must (tried with 0.59: else libc6, whose source is
 * glibc, has no findings).
 */
function forTrivy(source: Source): readonly object[] {
  return [
    { name: "aquasecurity:trivy:SrcName", value: source.name },
    { name: "aquasecurity:trivy:SrcVersion", value: source.version },
  ];
}

function operatingSystem({ id, version }: { readonly id: string; readonly version: string }) {
  return {
    type: "operating-system",
    "bom-ref": SYSTEM,
    name: id,
    ...(version === "" ? {} : { version }),
  };
}

/** What CycloneDX has no field for; a layer's number counts from the lowest, 0. */
function propertiesOf({ config }: Inspection): readonly object[] {
  return [
    { name: "slimproof:image:platform", value: config.platform },
    ...config.layers.map((value, at) => ({ name: `slimproof:layer:${at}:digest`, value })),
  ];
}
