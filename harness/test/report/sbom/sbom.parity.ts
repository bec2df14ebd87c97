/**
 * Documents of real images, and of one with hostile names, held against what the standards' makers publish: the JSON
 * schema of SPDX 2.3 (a copy comes with the Go module of syft, and in no npm package), SPDX's own validator in Python,
 * and CycloneDX's schema.
 */
import { Version } from "@cyclonedx/cyclonedx-library/Spec";
import { JsonStrictValidator } from "@cyclonedx/cyclonedx-library/Validation";
import { Ajv, type ValidateFunction } from "ajv";
import formats from "ajv-formats";
import { beforeAll, describe, expect, test } from "vitest";
import { openTool } from "../../../src/engine/tool.ts";
import { inspect } from "../../../src/inspect.ts";
import type { Inspection } from "../../../src/model/inspection.ts";
import { sbom } from "../../../src/report/sbom/sbom.ts";
import { HOSTILE_FILES, inspection, SMALL } from "./inspections.ts";

const BY = { version: "0.1.0", created: new Date("2026-11-24T08:00:00Z") };
const signal = new AbortController().signal;

/** What a command prints in an image that has its interpreter; the document lies at /document.spdx.json. */
async function printed(image: string, command: string, document: string | null): Promise<string> {
  await using tool = await openTool([image]);
  if (!tool) throw new Error(`${image} is not in the engine`);
  const end = await tool.run(
    {
      args: ["sh", "-ec", command],
      env: {},
      file: document === null ? null : { path: "/document.spdx.json", text: document },
      within: 240_000,
      most: 10_000_000,
    },
    signal,
  );
  if (end.code !== 0) throw new Error(`${image} failed: ${end.stdout}${end.stderr}`);
  return end.stdout.toString();
}

let schema: ValidateFunction;

beforeAll(async () => {
  const text = await printed(
    "golang:1.26",
    'go mod download github.com/anchore/syft@v1.57.0 && cat "$(go env GOMODCACHE)"/github.com/anchore/syft@v1.57.0/schema/spdx-json/spdx-schema-2.3.json',
    null,
  );
  const ajv = new Ajv({ strict: false, allErrors: true });
  formats.default(ajv);
  schema = ajv.compile(JSON.parse(text) as object);
});

/** What SPDX's validator for Python prints of a document, and of the same with an identifier that is none. */
async function complaints(document: string): Promise<readonly string[]> {
  const text = await printed(
    "python:3.13-slim",
    `pip install --quiet --root-user-action=ignore --disable-pip-version-check spdx-tools==0.8.5
pyspdxtools --infile /document.spdx.json 2>&1
echo ----
sed s/SPDXRef-Image/SPDXRef_Image/ /document.spdx.json > /wrong.spdx.json
pyspdxtools --infile /wrong.spdx.json 2>&1 || true`,
    document,
  );
  return text.split("----\n");
}

async function inspected(image: string): Promise<Inspection> {
  const options = { cache: true, transfer: false, layers: false, signal };
  const [found] = await inspect([image], options);
  if (!found) throw new Error(`${image} was not inspected`);
  return found.inspection;
}

const IMAGES = ["debian:trixie-slim", "python:3.13-slim", "node:24-slim", "golang:1.26"];

describe.each([
  ...IMAGES.map((image) => [image, () => inspected(image)] as const),
  ["an image with hostile names", () => inspection({ ...SMALL, ...HOSTILE_FILES })] as const,
])("%s", (_, of) => {
  test("makes an SPDX document that the schema takes", async () => {
    const document = JSON.parse(sbom(await of(), "spdx", BY)) as { readonly packages: unknown[] };
    schema(document);
    expect(schema.errors).toBeNull();
    expect(document.packages.length).toBeGreaterThan(5);
  });

  test("makes a CycloneDX document that the schema takes", async () => {
    const document = sbom(await of(), "cyclonedx", BY);
    expect(await new JsonStrictValidator(Version.v1dot6).validate(document)).toBeNull();
  });
});

test("SPDX's own validator has nothing to say, and would have", async () => {
  const hostile = { ...(await inspected("node:24-slim")), name: "node\u001b:24" };
  const { anatomy } = await inspection(HOSTILE_FILES);
  const packages = [...hostile.anatomy.packages, ...anatomy.packages];
  const document = sbom({ ...hostile, anatomy: { ...hostile.anatomy, packages } }, "spdx", BY);
  const [right, wrong] = await complaints(document);
  expect(right).toBe("");
  expect(wrong).toContain("spdx_id must only contain letters");
});

test("the schema would find fault", async () => {
  const document = sbom(await inspection(SMALL), "spdx", BY);
  for (const [right, wrong] of [
    ["OPERATING_SYSTEM", "OPERATING-SYSTEM"],
    ['"downloadLocation"', '"download"'],
    ['"SHA256"', '"sha256"'],
    ['"CONTAINS"', '"HOLDS"'],
  ] as const) {
    expect(document).toContain(right);
    expect(schema(JSON.parse(document.replace(right, wrong)))).toBe(false);
  }
});
