/**
 * The course as data: what an exercise is, and how `exercise.yaml` says it. Nothing of this folder knows an exercise by
 * name, and nothing here builds or runs anything.
 */
import { z } from "zod";

/**
 * An edit of a learner's file: the first occurrence of a text is replaced. A file without that text cannot be checked.
 * `{mark}` in the new text becomes a word that no edit had before, so that the build cache cannot know it.
 */
const edit = z.strictObject({ file: z.string(), replace: z.string(), with: z.string() });

/**
 * What a contract cannot say of a Dockerfile, checked when the contract holds:
 * `stages`   the Dockerfile names these stages;
 * `target`   the stage builds by itself; with `broken`, it must NOT build once the edit was made (a test stage that tests);
 * `cached`   after the edit, the step that matches the pattern comes from the build cache;
 * `mount`    some RUN of the Dockerfile has a mount of this type, e.g. `cache`, and at this folder when one is given;
 * `secrets`  no layer of the image holds a likely secret, not even one that a later layer deleted;
 * `platform` it builds for another platform, and what it starts is a program for that machine.
 */
const check = z.discriminatedUnion(
  "kind",
  [
    z.strictObject({ kind: z.literal("stages"), names: z.array(z.string()).nonempty() }),
    z.strictObject({ kind: z.literal("target"), target: z.string(), broken: edit.optional() }),
    z.strictObject({ kind: z.literal("cached"), edit, step: z.string() }),
    z.strictObject({
      kind: z.literal("mount"),
      type: z.enum(["cache", "bind", "secret"]),
      target: z.string().optional(),
    }),
    z.strictObject({ kind: z.literal("secrets") }),
    z.strictObject({ kind: z.literal("platform"), platform: z.string() }),
  ],
  { error: "expected a kind of check: stages, target, cached, mount, secrets or platform" },
);

/** Kinds of claims: the first word of what a contract claims. */
const CLAIMS = ["size", "transfer", "packages", "absent", "user"] as const;
/** Kinds of checks, and `empty`. */
const CHECKS = ["stages", "target", "cached", "mount", "secrets", "platform", "empty"] as const;

/**
 * What went wrong, in one word of the judge: a cause's id, a fact (`PROBE/FACT`, `*` and `**` as in a contract), the kind
 * of a claim that does not hold (`size`, `absent` …), a pattern in the failed build's output, the kind of a check above,
 * or a Dockerfile that is `empty` (no instruction left).
 */
const reason = z.union(
  [
    z.strictObject({ cause: z.string() }),
    z.strictObject({ fact: z.string() }),
    z.strictObject({ claim: z.enum(CLAIMS) }),
    z.strictObject({ build: z.string() }),
    z.strictObject({ check: z.enum(CHECKS) }),
  ],
  {
    error: `expected one of cause: ID, fact: PROBE/FACT, claim: ${CLAIMS.join("|")}, build: PATTERN, check: ${CHECKS.join("|")}`,
  },
);

/** `exercise.yaml`, beside the exercise's README.md, parity.yaml and Dockerfiles. */
export const exerciseSchema = z.strictObject({
  title: z.string(),
  /** One line of at most 60 characters for the list. */
  idea: z.string().max(60),
  /** What a learner needs for it, as the teacher's agenda counts. */
  minutes: z.int().positive(),
  /** The files that a learner edits; the rest of the folder stays as it is. */
  edit: z.array(z.string()).nonempty().default(["Dockerfile"]),
  checks: z.array(check).default([]),
  /** Why the starter fails: what the exercise is about. Held against the judge by the course's own check. */
  starter: reason,
  /** From a nudge to nearly the answer. */
  hints: z.tuple([z.string().min(1), z.string().min(1), z.string().min(1)]),
  /**
   * Hints that a state picks, the first that fits. In `say`, {evidence}, {mend}, {measured}, {claim}, {fact}, {baseline}
   * and {candidate} are what the judge found.
   */
  states: z.array(z.strictObject({ when: reason, say: z.string().min(1) })).default([]),
});

export type ExerciseFile = z.infer<typeof exerciseSchema>;
export type Check = ExerciseFile["checks"][number];
export type Reason = ExerciseFile["starter"];
export type Edit = z.infer<typeof edit>;

/** An exercise as loaded. Paths are absolute. */
export interface Exercise extends ExerciseFile {
  /** `03-go-to-scratch` */
  readonly name: string;
  /** 1 for the first. */
  readonly number: number;
  /** The untouched folder in the course. */
  readonly folder: string;
  /** The folder of its solution: the edited files alone, at the same paths. */
  readonly solution: string;
}
