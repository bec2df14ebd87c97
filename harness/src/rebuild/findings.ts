/** What the steps of the builds say about why one image is built again faster than another. Pure. */
import type { ChangeKind, ChangeResult, Finding, ImageRebuild } from "../model/rebuild.ts";
import { differ } from "./spread.ts";
import { counted, inMost, ranBefore, workOf, type Work } from "./work.ts";

/** Differences of fewer seconds than this are none in a pipeline that starts containers. */
const LEAST_GAP = 0.1;
/** At least this many seconds, and this share of the difference, make a reason. */
const LEAST_SECONDS = 0.02;
const LEAST_SHARE = 0.1;
const MOST_REASONS = 3;

/** An installation of packages, which no edit of a program needs. */
const INSTALLS =
  /\b(?:pip3?\b.*\binstall|uv (?:sync|pip)|poetry install|pipenv (?:install|sync)|npm (?:ci|i|install)|yarn(?: install|$| &)|pnpm (?:i|install)|bun (?:i|install)|go mod download|cargo fetch|bundle install|composer install|dotnet restore|mix deps\.get|apt-get\b.*\binstall|apk\b.*\badd|dnf\b.*\binstall)/s;

/** Everything that can be said of a change's images, the baseline's first. */
export function findingsOf(change: ChangeResult): readonly Finding[] {
  const [baseline] = change.images;
  if (!baseline) return [];
  const of = (it: ImageRebuild): readonly Finding[] => [
    ...(it === baseline ? [] : [against(baseline, it, change.kind)]),
    ...(change.kind === "none" ? [] : ownFindings(it, change)),
  ];
  return change.images.flatMap(of);
}

function against(baseline: ImageRebuild, image: ImageRebuild, change: ChangeKind): Finding {
  const [base, own] = [baseline.seconds, image.seconds];
  const times = `${seconds(own.median)} against ${seconds(base.median)}`;
  const [bases, owns] = [baseline, image].map(({ runs }) => runs.map((it) => it.seconds));
  const even = (why: string): Finding => ({
    change,
    image: image.image,
    kind: "even",
    text: `${times}: ${why}`,
  });
  if (Math.abs(own.median - base.median) < LEAST_GAP) return even("no difference that matters");
  if (!differ(bases ?? [], owns ?? []))
    return even("the runs disagree, so no difference (more --runs may tell)");
  const slower = own.median > base.median;
  const reasons = slower
    ? reasonsFor(image, baseline, own.median - base.median)
    : reasonsFor(baseline, image, base.median - own.median);
  const why =
    reasons.length > 0 ? reasons.join("; ") : "no step explains it: the engine's own work";
  return {
    change,
    image: image.image,
    kind: slower ? "slower" : "faster",
    text: `${slower ? "slower" : "faster"}, ${times}: ${why}`,
  };
}

/** What the slower image does that the other does not, or takes longer for; the largest first. */
function reasonsFor(slow: ImageRebuild, fast: ImageRebuild, gap: number): readonly string[] {
  return pairs(workOf(slow), workOf(fast))
    .filter(({ it }) => it.ran)
    .map(({ it, other }) => ({ it, other, more: it.seconds - (other?.ran ? other.seconds : 0) }))
    .filter(({ more }) => more >= Math.max(LEAST_SECONDS, LEAST_SHARE * gap))
    .toSorted((one, two) => two.more - one.more)
    .slice(0, MOST_REASONS)
    .map(({ it, other }) => {
      const what = `${slow.image} spends ${seconds(it.seconds)} in ${short(it.instruction)}`;
      const like = other && other.instruction !== it.instruction ? " in its like" : "";
      if (other?.ran) return `${what}, ${fast.image} ${seconds(other.seconds)}${like}`;
      if (other) return `${what}; ${fast.image} has ${like ? "its like" : "it"} cached`;
      return `${what}, a step that ${fast.image} does not have`;
    });
}

/**
 * Each piece of work of one image with what the other has in its place: the same instruction, else the most similar one
 * that is left, as two Dockerfiles seldom install or compile in the same words.
 */
function pairs(
  some: readonly Work[],
  others: readonly Work[],
): readonly { readonly it: Work; readonly other: Work | undefined }[] {
  const same = (it: Work): Work | undefined =>
    others.find((other) => other.instruction === it.instruction);
  const left = new Set(
    others.filter((other) => !some.some((it) => it.instruction === other.instruction)),
  );
  return some.map((it) => {
    const found = same(it);
    if (found) return { it, other: found };
    const best = [...left]
      .map((other) => ({ other, likeness: likeness(it, other) }))
      .filter((one) => one.likeness >= LEAST_LIKENESS)
      .toSorted((one, two) => two.likeness - one.likeness)[0];
    if (best) left.delete(best.other);
    return { it, other: best?.other };
  });
}

/** Share of words that two instructions have in common; half of them make a pair. */
const LEAST_LIKENESS = 0.5;

function likeness(one: Work, two: Work): number {
  const [a, b] = [one, two].map((it) => new Set(it.instruction.split(/\s+/)));
  const first = (it: Work): string => /^\S+(?: --from)?/.exec(it.instruction)?.[0] ?? "";
  if (!a || !b || one.own || two.own || first(one) !== first(two)) return 0;
  return a.intersection(b).size / a.union(b).size;
}

/** What is to be said of an image without a look at another one. */
function ownFindings(image: ImageRebuild, { kind, file }: ChangeResult): readonly Finding[] {
  const work = workOf(image);
  const say = (what: Finding["kind"], text: string): Finding => ({
    change: kind,
    image: image.image,
    kind: what,
    text,
  });
  if (!work.some((it) => it.ran && !it.own))
    return [say("untouched", `no step ran again: ${file} goes into none of its steps`)];
  const again =
    kind === "source"
      ? work
          .filter((it) => it.ran && it.because !== null && INSTALLS.test(it.instruction))
          .map((it) =>
            say(
              "again",
              `packages are installed again (${seconds(it.seconds)}), though no dependency changed: ${file} is copied before, by ${short(it.because ?? "")}`,
            ),
          )
      : [];
  return [
    ...again,
    ...keptOutputs(image).map((it) =>
      say(
        "same-output",
        `${short(it)} stayed cached: the edit changed no byte of what it copies; one that does runs it and what follows`,
      ),
    ),
  ];
}

/** COPY --from of most runs that were cached though their stage was built again. */
function keptOutputs({ runs }: ImageRebuild): readonly string[] {
  const found = runs.flatMap(({ steps }) => {
    const kept = counted(steps).filter(
      (it) => it.cached && /^COPY\b.*--from/i.test(it.instruction) && ranBefore(it, steps),
    );
    return [...new Set(kept.map((it) => it.instruction))];
  });
  return [...new Set(found)].filter((it) =>
    inMost(
      found.filter((one) => one === it),
      runs,
    ),
  );
}

/** `0.21 s`, `12.3 s`. */
export function seconds(value: number): string {
  return `${value < 9.995 ? value.toFixed(2) : value.toFixed(1)} s`;
}

/** An instruction in a few words. */
function short(instruction: string): string {
  const line = instruction.replaceAll(/\s+/g, " ");
  return line.length > 48 ? `${line.slice(0, 47).trimEnd()}…` : line;
}
