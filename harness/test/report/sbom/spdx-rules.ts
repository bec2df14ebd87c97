/**
 * What SPDX 2.3 says of a JSON document and a schema in JSON cannot, written down from its clauses. The schema itself is
 * in no npm package: sbom.parity.ts holds documents against it, and against SPDX's own validator.
 */
interface Element {
  readonly SPDXID: string;
  readonly [field: string]: unknown;
}

interface Document extends Element {
  readonly packages: readonly Element[];
  readonly relationships: readonly {
    readonly spdxElementId: string;
    readonly relationshipType: string;
    readonly relatedSpdxElement: string;
  }[];
}

/** Clauses 6.1 to 6.9 and 7.1 to 7.17: what a document and a package without analysed files must say. */
const ASKED_OF_DOCUMENT = [
  "spdxVersion",
  "dataLicense",
  "name",
  "documentNamespace",
  "creationInfo",
];
const ASKED_OF_PACKAGE = ["name", "downloadLocation", "filesAnalyzed"];

/** Clause 7.24; the specification's text has OPERATING-SYSTEM, the schema and all tools an underscore. */
const PURPOSES =
  "APPLICATION FRAMEWORK LIBRARY CONTAINER OPERATING_SYSTEM DEVICE FIRMWARE SOURCE ARCHIVE FILE INSTALL OTHER";

/** One line for each rule that a document breaks. */
export function violations(document: Document): string[] {
  const found: string[] = [];
  const ids = [document.SPDXID, ...document.packages.map((it) => it.SPDXID)];
  const missing = (of: Element, fields: readonly string[]): string[] =>
    fields.filter((field) => !(field in of)).map((field) => `${of.SPDXID} has no ${field}`);
  found.push(...missing(document, ASKED_OF_DOCUMENT));
  for (const it of document.packages) found.push(...missing(it, ASKED_OF_PACKAGE));
  for (const { SPDXID, primaryPackagePurpose: purpose } of document.packages)
    if (purpose !== undefined && !PURPOSES.split(" ").includes(String(purpose)))
      found.push(`${SPDXID} is for ${String(purpose)} (7.24)`);
  for (const id of ids)
    if (!/^SPDXRef-[A-Za-z0-9.-]+$/.test(id)) found.push(`${id} is no identifier (6.3)`);
  if (new Set(ids).size !== ids.length) found.push("two elements have one identifier");
  if (/#|\s/.test(String(document["documentNamespace"])))
    found.push("the namespace is no URI without a fragment (6.5)");
  for (const { spdxElementId, relatedSpdxElement } of document.relationships)
    for (const id of [spdxElementId, relatedSpdxElement])
      if (!ids.includes(id)) found.push(`a relationship names ${id}, which is not there (11.1)`);
  const described = document.relationships.filter((it) => it.relationshipType === "DESCRIBES");
  if (described.length !== 1) found.push("the document describes not exactly one element");
  return found;
}
