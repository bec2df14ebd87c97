/** As grype and trivy call them (trivy has no negligible), worst first. */
export const SEVERITIES = ["critical", "high", "medium", "low", "negligible", "unknown"] as const;

export type Severity = (typeof SEVERITIES)[number];
