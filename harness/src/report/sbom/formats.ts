export const SBOM_FORMATS = ["cyclonedx", "spdx"] as const;

export type SbomFormat = (typeof SBOM_FORMATS)[number];
