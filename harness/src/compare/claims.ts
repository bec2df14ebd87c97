import { bytes, percent } from "../model/quantity.ts";
import type { Anatomy } from "../model/anatomy.ts";
import type { AbsentThing, Bound, Claims } from "../model/contract.ts";
import type { MeasuredImage, ClaimResult } from "../model/result.ts";

/** Judges what the contract claims of the candidate itself. Bytes are exact; shares are of the baseline. */
export function judgeClaims(
  claims: Claims,
  baseline: MeasuredImage,
  candidate: MeasuredImage,
): readonly ClaimResult[] {
  const results: ClaimResult[] = [];
  if (claims.size)
    results.push({
      claim: `size ${claims.size.text}`,
      ...judgeBytes(claims.size.bound, baseline.size.unpacked, candidate.size.unpacked),
    });
  if (claims.transfer)
    results.push({
      claim: `transfer ${claims.transfer.text}`,
      ...judgeBytes(claims.transfer.bound, baseline.size.transfer, candidate.size.transfer),
    });
  if (claims.packages)
    results.push({
      claim: `packages ${claims.packages.text}`,
      ...judgeCount(
        claims.packages.bound,
        baseline.anatomy.packages.length,
        candidate.anatomy.packages.length,
      ),
    });
  for (const thing of claims.absent) {
    const { count, paths } = candidate.anatomy[ABSENT[thing]];
    results.push({
      claim: `absent ${thing}`,
      holds: count === 0,
      measured: count === 0 ? "none" : `${count}: ${paths.slice(0, 3).join(", ")}`,
    });
  }
  if (claims.user)
    results.push({
      claim: `user ${claims.user}`,
      holds: !isRoot(candidate.image.config.user),
      measured: candidate.image.config.user || "root (no USER)",
    });
  return results;
}

/** The claims of a contract by the names under which `judgeClaims` gives their results. */
export function claimNames(claims: Claims): readonly string[] {
  const { size, transfer, packages, absent, user } = claims;
  return [
    ...(size ? [`size ${size.text}`] : []),
    ...(transfer ? [`transfer ${transfer.text}`] : []),
    ...(packages ? [`packages ${packages.text}`] : []),
    ...absent.map((thing) => `absent ${thing}`),
    ...(user ? [`user ${user}`] : []),
  ];
}

/** Where an anatomy tells of the things that a claim may call absent. */
const ABSENT = {
  shell: "shells",
  "package-manager": "packageManagers",
  compiler: "compilers",
  sources: "sources",
} as const satisfies Record<AbsentThing, keyof Anatomy>;

function judgeCount(
  bound: Bound,
  baseline: number,
  candidate: number,
): Pick<ClaimResult, "holds" | "measured"> {
  const { holds } = judgeBytes(bound, baseline, candidate);
  return { holds, measured: `${candidate} of ${baseline}` };
}

function judgeBytes(
  bound: Bound,
  baseline: number,
  candidate: number,
): Pick<ClaimResult, "holds" | "measured"> {
  const share = baseline === 0 ? (candidate === 0 ? 1 : Infinity) : candidate / baseline;
  switch (bound.kind) {
    case "percent":
      return { holds: share * 100 < bound.below, measured: percent(share) };
    case "absolute":
      return { holds: candidate < bound.below, measured: bytes(candidate) };
    case "less":
      return { holds: candidate < baseline, measured: percent(share) };
    default:
      return bound satisfies never;
  }
}

/** USER 0, root and none at all are root, with or without a group. */
function isRoot(user: string): boolean {
  const name = user.split(":")[0] ?? "";
  return name === "" || name === "root" || /^0+$/.test(name);
}
