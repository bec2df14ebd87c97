/** In the order in which they are looked for. */
export const SCANNER_NAMES = ["grype", "trivy"] as const;

export type ScannerName = (typeof SCANNER_NAMES)[number];

/** `true` is whichever there is. */
export type ScannerChoice = ScannerName | true;
