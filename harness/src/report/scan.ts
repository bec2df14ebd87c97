import type { ImageScan, Scan, ScanCounted, Scans } from "../scan/scan.ts";
import { SEVERITIES } from "../scan/severity.ts";
import { cut, harmless, lineUp, wrap, type Paint } from "./text.ts";

const COLUMNS = 80;
const TITLE = "vulnerabilities";

/** The columns, right-aligned in these widths; negligible and unknown are one. */
const TABLE = { critical: 9, high: 7, medium: 8, low: 7, other: 8, fixable: 9 } as const;

/** A section of a terminal report: the images' counts below each other, at most 80 columns wide. */
export function scanLines(scans: Scans, paint: Paint): string[] {
  const title = `  ${paint("bold", TITLE)}`;
  if (scans.kind === "absent")
    return [
      title,
      ...wrap(scans.message, COLUMNS - 4).map((line) => `    ${paint("yellow", line)}`),
    ];
  const counted = scans.images.flatMap(({ image, scan }) =>
    scan.kind === "counted" ? [{ image, scan }] : [],
  );
  const failed = scans.images.flatMap(({ image, scan }) => failureLines(image, scan, paint));
  return [...(counted.length > 0 ? table(counted, paint) : [title]), ...failed];
}

function table(
  counted: readonly { readonly image: string; readonly scan: ScanCounted }[],
  paint: Paint,
): string[] {
  const names = lineUp([TITLE, ...counted.map(({ image }) => image)], 28);
  const row = (cells: readonly (string | number)[]): string =>
    cells.map((cell, at) => String(cell).padStart(Object.values(TABLE)[at] ?? 0)).join("");
  const sources = new Set(counted.map(({ scan }) => sourceOf(scan)));
  return [
    `  ${paint("bold", TITLE)}${paint("dim", `${names[0]?.slice(TITLE.length)}  ${row(Object.keys(TABLE))}`)}`,
    ...counted.map(({ scan: { counts, fixable } }, at) => {
      const { critical, high, medium, low, negligible, unknown } = counts;
      return `    ${names[at + 1]}${row([critical, high, medium, low, negligible + unknown, fixable])}`;
    }),
    ...[...sources].flatMap((source) =>
      wrap(`${source}; other: negligible or unknown, fixable: mended in a newer version`, 76).map(
        (line) => paint("dim", `    ${line}`),
      ),
    ),
  ];
}

/** `grype 0.121.2, database of 2026-11-24`. */
function sourceOf({ scanner, version, database }: ScanCounted): string {
  const data =
    database === null ? "database of an unknown date" : `database of ${database.slice(0, 10)}`;
  return `${version === "" ? scanner : `${scanner} ${version}`}, ${data}`;
}

function failureLines(image: string, scan: Scan, paint: Paint): string[] {
  if (scan.kind === "counted") return [];
  const name = cut(harmless(image), 28);
  return [
    ...wrap(`${name}: ${scan.message}`, COLUMNS - 4).map((line) => `    ${paint("yellow", line)}`),
    ...scan.log.flatMap((line) => wrap(line, COLUMNS - 8)).map((line) => `      | ${line}`),
  ];
}

/** The same for a JSON document. `error` is null when each image was counted. */
export function scanJson(scans: Scans): object {
  if (scans.kind === "absent") return { error: scans.message, images: [] };
  const failed = scans.images.find(({ scan }) => scan.kind === "failed");
  return {
    error: failed?.scan.kind === "failed" ? `${failed.image}: ${failed.scan.message}` : null,
    images: scans.images.map(imageJson),
  };
}

function imageJson({ image, scan }: ImageScan): object {
  if (scan.kind === "failed") {
    const { scanner, message, log } = scan;
    return { image, scanner, error: message, log };
  }
  const { scanner, version, database, findings, vulnerabilities, fixable } = scan;
  const counts = Object.fromEntries(SEVERITIES.map((it) => [it, scan.counts[it]]));
  return { image, scanner, version, database, counts, findings, vulnerabilities, fixable };
}
