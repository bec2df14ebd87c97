/** Programs under a scanner's name that answer as the real ones do, in a folder of their own. */
import { chmodSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";

/** A temporary folder for PATH with these shell scripts, and a TMPDIR inside that is watched for what is left. */
export function folderOf(scripts: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), "slimproof-test-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, script] of Object.entries(scripts)) {
    writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(folder, name), 0o755);
  }
  return folder;
}

/** Documents that a scan has not removed. */
export function leftBehind(): string[] {
  return readdirSync(tmpdir()).filter((name) => name.startsWith("slimproof-scan-"));
}

/** A script that prints a JSON document. */
export function prints(answer: unknown): string {
  return `cat <<'END'\n${JSON.stringify(answer)}\nEND`;
}

/** `grype sbom:FILE --output json` of version 0.121.2, without the fields that nobody reads. */
export const GRYPE_ANSWER = {
  matches: [
    grypeMatch("CVE-2099-0001", "Critical", "fixed", "libc-bin"),
    grypeMatch("CVE-2099-0001", "Critical", "fixed", "libc6"),
    grypeMatch("CVE-2099-0002", "High", "not-fixed", "perl-base"),
    grypeMatch("GHSA-aaaa-aaaa-aaaa", "Medium", "fixed", "pip"),
    grypeMatch("GHSA-bbbb-bbbb-bbbb", "Low", "wont-fix", "npm"),
    grypeMatch("CVE-2099-0003", "Negligible", "unknown", "bash"),
    grypeMatch("CVE-2099-0004", undefined, "unknown", "bash"),
    grypeMatch("CVE-2099-0005", "Appalling", "unknown", "bash"),
  ],
  source: { type: "sbom-file", target: "image.cdx.json" },
  distro: { name: "debian", version: "13", idLike: ["debian"] },
  descriptor: {
    name: "grype",
    version: "0.121.2",
    configuration: { output: ["json"] },
    db: {
      status: {
        schemaVersion: "v6.1.10",
        from: "manual import",
        built: "2026-11-24T02:19:59Z",
        path: "/root/.cache/grype/db/6/vulnerability.db",
        valid: true,
      },
      providers: { debian: { captured: "2026-11-24T02:19:59Z", input: "xxh64:0" } },
    },
    timestamp: "2026-11-25T02:27:21.69411849Z",
  },
};

function grypeMatch(id: string, severity: string | undefined, state: string, name: string): object {
  return {
    vulnerability: { id, severity, urls: [], cvss: [], fix: { versions: [], state } },
    relatedVulnerabilities: [{ id: "CVE-2099-9999", severity: "Unknown" }],
    matchDetails: [{ type: "exact-indirect-match", matcher: "dpkg-matcher" }],
    artifact: { id: name, name, version: "1", type: "deb", locations: null },
  };
}

/** `trivy sbom --format json FILE` of version 0.59.1, likewise. */
export const TRIVY_ANSWER = {
  SchemaVersion: 2,
  CreatedAt: "2026-11-25T02:23:30.54084235Z",
  ArtifactName: "image.cdx.json",
  ArtifactType: "cyclonedx",
  Metadata: { OS: { Family: "debian", Name: "13" } },
  Results: [
    {
      Target: "image.cdx.json (debian 13)",
      Class: "os-pkgs",
      Type: "debian",
      Vulnerabilities: [
        trivyFinding("CVE-2099-0003", "LOW", undefined, "bash"),
        trivyFinding("CVE-2099-0001", "CRITICAL", "99", "libc-bin"),
        trivyFinding("CVE-2099-0001", "CRITICAL", "99", "libc6"),
        trivyFinding("CVE-2099-0002", "UNKNOWN", "", "perl-base"),
      ],
    },
    { Target: "Node.js", Class: "lang-pkgs", Type: "node-pkg" },
    {
      Target: "Python",
      Class: "lang-pkgs",
      Type: "python-pkg",
      Vulnerabilities: [trivyFinding("CVE-2099-0004", "MEDIUM", "99", "pip")],
    },
  ],
};

function trivyFinding(
  VulnerabilityID: string,
  Severity: string,
  FixedVersion: string | undefined,
  PkgName: string,
): object {
  return { VulnerabilityID, PkgName, InstalledVersion: "1", FixedVersion, Severity, Layer: {} };
}

/** `trivy version --format json` with a database. */
export const TRIVY_VERSION = {
  Version: "0.59.1",
  VulnerabilityDB: {
    Version: 2,
    NextUpdate: "2026-11-25T02:21:00.000926119Z",
    UpdatedAt: "2026-11-24T02:21:00.000926119Z",
    DownloadedAt: "2026-11-24T02:21:00.000926119Z",
  },
};
