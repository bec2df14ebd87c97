import { z } from "zod";
import type { Arguments } from "./runner.ts";
import type { ScannerName } from "./scanner-names.ts";
import { SEVERITIES, type Severity } from "./severity.ts";

/** A scanner's answer, reduced to what is compared. */
export interface Reading {
  /** As the scanner tells it; empty when it does not. */
  readonly version: string;
  /** When its database was built, in ISO 8601; null when it does not tell. */
  readonly database: string | null;
  /** Findings by severity. A finding is one vulnerability in one package. */
  readonly counts: Readonly<Record<Severity, number>>;
  readonly findings: number;
  /** Different vulnerabilities among the findings. */
  readonly vulnerabilities: number;
  /** Findings that a newer version of the package mends. */
  readonly fixable: number;
}

export interface Scanner {
  readonly name: ScannerName;
  /** Its image, for an engine. The tag is there because the engine would pull every tag without one. */
  readonly image: string;
  /** The variable by which it is told where its database lies. */
  readonly cacheVariable: string;
  readonly scan: Arguments;
  /** Null for what is no answer of this scanner. */
  readonly read: (answer: unknown) => Reading | null;
  /** How it is asked for its version and its database, when its answer does not tell. */
  readonly about: {
    readonly arguments: Arguments;
    readonly read: (answer: unknown) => Partial<Reading>;
  } | null;
}

/** Grype's `-o json` (grype/presenter/models in its sources); `db` had no `status` before version 0.88. */
const GRYPE = z.object({
  matches: z.array(
    z.object({
      vulnerability: z.object({
        id: z.string(),
        severity: z.string().optional(),
        fix: z.object({ state: z.string() }).optional(),
      }),
    }),
  ),
  descriptor: z.object({
    name: z.literal("grype"),
    version: z.string().optional(),
    db: z
      .object({
        built: z.string().optional(),
        status: z.object({ built: z.string().optional() }).optional(),
      })
      .nullish(),
  }),
});

/** Trivy's `-f json` (pkg/types/report.go in its sources); `Trivy` is told since version 0.67. */
const TRIVY = z.object({
  SchemaVersion: z.number(),
  Trivy: z.object({ Version: z.string().optional() }).optional(),
  Results: z
    .array(
      z.object({
        Vulnerabilities: z
          .array(
            z.object({
              VulnerabilityID: z.string(),
              Severity: z.string().optional(),
              FixedVersion: z.string().optional(),
            }),
          )
          .nullish(),
      }),
    )
    .nullish(),
});

/** Trivy's `version -f json`. */
const TRIVY_VERSION = z.object({
  Version: z.string(),
  VulnerabilityDB: z.object({ UpdatedAt: z.string() }).nullish(),
});

const grype: Scanner = {
  name: "grype",
  image: "anchore/grype:latest",
  cacheVariable: "GRYPE_DB_CACHE_DIR",
  scan: (path) => [`sbom:${path}`, "--output", "json"],
  read(answer) {
    const { data } = GRYPE.safeParse(answer);
    if (!data) return null;
    const { version, db } = data.descriptor;
    return {
      // What go install builds says "[not provided]".
      version: version?.startsWith("[") ? "" : (version ?? ""),
      database: date(db?.status?.built ?? db?.built),
      ...counted(
        data.matches.map(({ vulnerability: { id, severity, fix } }) => ({
          id,
          severity,
          fixable: fix?.state === "fixed",
        })),
      ),
    };
  },
  about: null,
};

const trivy: Scanner = {
  name: "trivy",
  image: "aquasec/trivy:latest",
  cacheVariable: "TRIVY_CACHE_DIR",
  scan: (path) => ["sbom", "--format", "json", "--scanners", "vuln", "--no-progress", path],
  read(answer) {
    const { data } = TRIVY.safeParse(answer);
    if (!data) return null;
    const found = (data.Results ?? []).flatMap((result) => result.Vulnerabilities ?? []);
    return {
      version: data.Trivy?.Version ?? "",
      database: null,
      ...counted(
        found.map((it) => ({
          id: it.VulnerabilityID,
          severity: it.Severity,
          fixable: (it.FixedVersion ?? "") !== "",
        })),
      ),
    };
  },
  about: {
    arguments: () => ["version", "--format", "json"],
    read(answer) {
      const { data } = TRIVY_VERSION.safeParse(answer);
      if (!data) return {};
      return { version: data.Version, database: date(data.VulnerabilityDB?.UpdatedAt) };
    },
  },
};

export const SCANNERS: Readonly<Record<ScannerName, Scanner>> = { grype, trivy };

interface Finding {
  readonly id: string;
  readonly severity: string | undefined;
  readonly fixable: boolean;
}

function counted(
  findings: readonly Finding[],
): Pick<Reading, "counts" | "findings" | "vulnerabilities" | "fixable"> {
  const counts = Object.fromEntries(SEVERITIES.map((it) => [it, 0])) as Record<Severity, number>;
  for (const { severity } of findings) {
    const known = SEVERITIES.find((it) => it === severity?.toLowerCase());
    counts[known ?? "unknown"] += 1;
  }
  return {
    counts,
    findings: findings.length,
    vulnerabilities: new Set(findings.map(({ id }) => id)).size,
    fixable: findings.filter((it) => it.fixable).length,
  };
}

/** To the second; null for what is no date. */
function date(text: string | undefined): string | null {
  const time = new Date(text ?? "");
  return Number.isNaN(time.getTime()) ? null : `${time.toISOString().slice(0, 19)}Z`;
}
