import { bytes, percent } from "../model/quantity.ts";
import type { Bound, Claims } from "../model/contract.ts";
import type { MeasuredImage, ClaimResult } from "../model/result.ts";

/** Judges what the contract claims of the candidate's size and user. Bytes are exact; shares are of the baseline. */
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
  if (claims.user)
    results.push({
      claim: `user ${claims.user}`,
      holds: !isRoot(candidate.image.config.user),
      measured: candidate.image.config.user || "root (no USER)",
    });
  return results;
}

/** Claims that are not judged yet: a result must not be `same` by leaving them out. */
export function unjudged(claims: Claims): readonly string[] {
  return [
    ...(claims.packages ? ["packages"] : []),
    ...(claims.absent.length > 0 ? ["absent"] : []),
  ];
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
