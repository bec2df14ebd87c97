/**
 * An inspection becomes a software bill of materials. This file: which forms there are; `contents.ts` what goes into
 * each, one file a form how it is said. Nothing here reads the clock or the image.
 */
import { InputError } from "../../model/error.ts";
import type { Inspection } from "../../model/inspection.ts";
import type { Authorship } from "./contents.ts";
import { cycloneDx } from "./cyclonedx.ts";
import type { SbomFormat } from "./formats.ts";
import { spdx } from "./spdx.ts";

const WRITERS: Readonly<Record<SbomFormat, (of: Inspection, by: Authorship) => object>> = {
  cyclonedx: cycloneDx,
  spdx,
};

/**
 * What is inside an image as one JSON document, CycloneDX 1.6 or SPDX 2.3, with a line feed at its end. The same
 * inspection gives the same bytes, but for the time that both standards ask for.
 */
export function sbom(inspection: Inspection, format: SbomFormat, by: Authorship): string {
  const document = WRITERS[format](inspection, by);
  return `${JSON.stringify(document, wellFormed, 2).replaceAll(INVISIBLE, escaped)}\n`;
}

/**
 * The time to put into a document: SOURCE_DATE_EPOCH when it is set, so that a build can be repeated to the byte
 * (reproducible-builds.org/specs/source-date-epoch), else now.
 * @throws InputError when it is no number of seconds.
 */
export function creationTime(env: NodeJS.ProcessEnv = process.env): Date {
  const text = env["SOURCE_DATE_EPOCH"];
  if (!text) return new Date();
  const date = new Date(Number(text) * 1000);
  if (!/^\d{1,12}$/.test(text) || Number.isNaN(date.getTime()) || date.getUTCFullYear() > 9999)
    throw new InputError(
      `SOURCE_DATE_EPOCH=${JSON.stringify(text)} is no time: give seconds since 1970, or unset it`,
    );
  return date;
}

/** Half a surrogate pair is no text that a reader in another language could hold. */
function wellFormed(_: string, value: unknown): unknown {
  return typeof value === "string" ? value.toWellFormed() : value;
}

/** What JSON allows inside a string as it is, and a terminal obeys or does not show; line feeds are JSON's own. */
const INVISIBLE = /(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

function escaped(character: string): string {
  return character
    .split("")
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)
    .join("");
}
