import { InvalidArgumentError, Option } from "commander";
import type { Inspection } from "../model/inspection.ts";
import { SBOM_FORMATS, type SbomFormat } from "../report/sbom/formats.ts";
import { SCANNER_NAMES, type ScannerChoice } from "../scan/scanner-names.ts";
import type { Scans } from "../scan/scan.ts";

export interface ScanFlag {
  readonly scan?: ScannerChoice;
}

export interface SbomFlag {
  readonly sbom?: SbomFormat;
}

/** `--scan [scanner]`. */
export function scanOption(): Option {
  return new Option(
    "--scan [scanner]",
    "count known vulnerabilities with grype or trivy",
  ).argParser((text) => {
    const name = SCANNER_NAMES.find((it) => it === text);
    if (name) return name;
    throw new InvalidArgumentError(
      `It is one of ${SCANNER_NAMES.join(", ")}; images come before --scan.`,
    );
  });
}

/** What a scanner says of images, when it was asked for; null when not. Throws what `scanImages` throws. */
export async function scanWhenAsked(
  { scan, quiet }: ScanFlag & { readonly quiet?: true },
  inspections: readonly Inspection[],
  signal: AbortSignal,
): Promise<Scans | null> {
  if (!scan) return null;
  if (!quiet && process.stderr.isTTY) process.stderr.write("looking for known vulnerabilities …\n");
  const { scanImages } = await import("./scan-images.ts");
  return await scanImages(inspections, scan, signal);
}

/** `--sbom <format>`. */
export function sbomOption(): Option {
  return new Option("--sbom <format>", "a bill of materials instead, of one image")
    .choices(SBOM_FORMATS)
    .conflicts(["json", "files", "scan"]);
}
