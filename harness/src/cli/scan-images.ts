import type { Tool } from "../engine/tool.ts";
import { EngineError } from "../model/error.ts";
import type { Inspection } from "../model/inspection.ts";
import { creationTime, sbom } from "../report/sbom/sbom.ts";
import { onPath, program } from "../scan/program.ts";
import { ANSWER_LIMIT, SCAN_WITHIN, type Runner } from "../scan/runner.ts";
import { scan, type ImageScan, type Scans } from "../scan/scan.ts";
import { SCANNER_NAMES, type ScannerChoice, type ScannerName } from "../scan/scanner-names.ts";
import { SCANNERS, type Scanner } from "../scan/scanners.ts";
import { VERSION } from "./version.ts";

/**
 * Has a scanner look at each image's bill of materials: one that PATH has, else one that an engine has as an image or
 * can pull.
 * @throws the reason of `signal` when that was aborted.
 */
export async function scanImages(
  inspections: readonly Inspection[],
  choice: ScannerChoice,
  signal: AbortSignal,
): Promise<Scans> {
  const scanners = (choice === true ? SCANNER_NAMES : [choice]).map((name) => SCANNERS[name]);
  for (const scanner of scanners) {
    const file = await onPath(scanner.name);
    if (file !== null) return await scanAll(inspections, scanner, program(file), signal);
  }
  await using tool = await toolOf(scanners, signal);
  const scanner = scanners.find(({ image }) => image === tool?.ref);
  if (!tool || !scanner) return { kind: "absent", message: howToGet(scanners) };
  return await scanAll(inspections, scanner, await container(tool, scanner), signal);
}

/** One after the other: the first may have to load the scanner's database, which the second finds there. */
async function scanAll(
  inspections: readonly Inspection[],
  scanner: Scanner,
  runner: Runner,
  signal: AbortSignal,
): Promise<Scans> {
  const by = { version: VERSION, created: creationTime() };
  const images: ImageScan[] = [];
  for (const inspection of inspections) {
    const document = sbom(inspection, "cyclonedx", by);
    images.push({ image: inspection.name, scan: await scan(document, scanner, runner, signal) });
  }
  return { kind: "scanned", images };
}

/**
 * An archive can be looked at without an engine: that none answers is no error here. A pull may take long, and is not
 * waited for after an interrupt.
 */
async function toolOf(scanners: readonly Scanner[], signal: AbortSignal): Promise<Tool | null> {
  const { openTool } = await import("../engine/tool.ts");
  signal.throwIfAborted();
  const interrupted = new Promise<never>((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
  try {
    return await Promise.race([openTool(scanners.map(({ image }) => image)), interrupted]);
  } catch (error) {
    if (error instanceof EngineError) return null;
    throw error;
  }
}

/** Where the document lies in the scanner's container. */
const PLACE = "/slimproof.cdx.json";

async function container(tool: Tool, { cacheVariable }: Scanner): Promise<Runner> {
  const { KEPT_FOLDER } = await import("../engine/tool.ts");
  return {
    async run(argv, document, signal) {
      const end = await tool.run(
        {
          args: argv(PLACE),
          env: { [cacheVariable]: KEPT_FOLDER },
          file: document === null ? null : { path: PLACE, text: document },
          within: SCAN_WITHIN,
          most: ANSWER_LIMIT,
        },
        signal,
      );
      const stopped = end.timedOut
        ? `took longer than ${SCAN_WITHIN / 60_000} minutes`
        : end.cut
          ? `answered with more than ${ANSWER_LIMIT / 1e6} MB`
          : null;
      return { ...end, stopped };
    },
  };
}

function howToGet(scanners: readonly Scanner[]): string {
  const names = scanners.map(({ name }) => name);
  const [first] = scanners;
  return `no vulnerability scanner: install ${names.join(" or ")} (${names.map((name) => HOMES[name]).join(", ")}), or \`docker pull ${first?.image.replace(/:latest$/, "")}\``;
}

const HOMES: Readonly<Record<ScannerName, string>> = {
  grype: "https://github.com/anchore/grype",
  trivy: "https://trivy.dev",
};
