/**
 * Asks a vulnerability scanner that others maintain about a bill of materials, and counts its answer by severity. No
 * vulnerability data is kept here. This file: what a scan is; `scanners.ts` knows the scanners, `program.ts` runs one.
 */
import { stripVTControlCharacters } from "node:util";
import type { Ran, Runner } from "./runner.ts";
import type { Reading, Scanner } from "./scanners.ts";

/** What a scanner said of one image. */
export type Scan = ScanCounted | ScanFailed;

export interface ScanCounted extends Reading {
  readonly kind: "counted";
  readonly scanner: string;
}

export interface ScanFailed {
  readonly kind: "failed";
  readonly scanner: string;
  /** One line: what went wrong, and what to do where that is known. */
  readonly message: string;
  /** The last lines that the scanner wrote to standard error, without colours. */
  readonly log: readonly string[];
}

/** What came of asking for a scan of some images. */
export type Scans =
  | { readonly kind: "scanned"; readonly images: readonly ImageScan[] }
  /** There is no scanner; the message is one line that says how to get one. */
  | { readonly kind: "absent"; readonly message: string };

export interface ImageScan {
  readonly image: string;
  readonly scan: Scan;
}

/** Whether every image was counted. */
export function isComplete(scans: Scans): boolean {
  return scans.kind === "scanned" && scans.images.every(({ scan }) => scan.kind === "counted");
}

/** Lines of a scanner's log that are kept. */
const LOG_LINES = 5;

/**
 * What the scanner says of a CycloneDX document. A scanner that fails is a result, not an error.
 * @throws the reason of `signal` when that was aborted; what the runner throws when it cannot run anything.
 */
export async function scan(
  document: string,
  scanner: Scanner,
  runner: Runner,
  signal: AbortSignal,
): Promise<Scan> {
  const ran = await runner.run(scanner.scan, document, signal);
  const failed = (message: string): ScanFailed => ({
    kind: "failed",
    scanner: scanner.name,
    message: `${scanner.name} ${message}`,
    log: lastLines(ran.stderr),
  });
  if (ran.stopped !== null) return failed(ran.stopped);
  // A setting of the user's may let it exit with another code than 0 for what it found: its answer decides.
  const answer = parsed(ran.stdout);
  if (answer === null) return failed(ended(ran));
  const reading = scanner.read(answer);
  if (!reading) return failed("answered in a form that is not known here: try another version");
  const about = scanner.about && (await runner.run(scanner.about.arguments, null, signal));
  const more = about && scanner.about?.read(parsed(about.stdout));
  return { kind: "counted", scanner: scanner.name, ...reading, ...more };
}

function ended({ code }: Ran): string {
  return code === 0 ? "answered with something else than JSON" : `failed with exit code ${code}`;
}

function parsed(stdout: Buffer): unknown {
  try {
    return JSON.parse(stdout.toString());
  } catch {
    return null;
  }
}

function lastLines(stderr: Buffer): readonly string[] {
  return stripVTControlCharacters(stderr.toString())
    .split(/[\r\n]+/)
    .map((line) => line.trimEnd())
    .filter((line) => line !== "")
    .slice(-LOG_LINES);
}
