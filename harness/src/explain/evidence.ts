/**
 * Pure: a difference and what is known of the two images gives causes with evidence. Nothing here runs or reads anything;
 * a rule that finds nothing in the images says nothing.
 */
import type { DockerfileFacts } from "../engine/dockerfile.ts";
import type { Tree } from "../measure/tree/tree.ts";
import type { Package } from "../model/anatomy.ts";
import type { Probe, RunOptions } from "../model/contract.ts";
import type { ImageConfig } from "../model/image.ts";
import type { Difference } from "../model/result.ts";
import type { Said } from "./clues.ts";

/** One image of a pair. */
export interface Side {
  readonly config: ImageConfig;
  /** ENV names that its own Dockerfile sets. */
  readonly ownEnv: readonly string[];
  readonly tree: Tree;
  readonly packages: readonly Package[];
  /** Null for an image given by reference. */
  readonly dockerfile: DockerfileFacts | null;
}

/** All that causes are looked for in. */
export interface Evidence {
  readonly difference: Difference;
  /** The probe that shows it; null for facts of the image or of the served container. */
  readonly probe: Probe | null;
  readonly baseline: Side;
  readonly candidate: Side;
  readonly run: Pick<RunOptions, "env" | "args" | "user" | "readOnly" | "tmpfs">;
  /** Under this probe and in the log, engine's messages included; bounded. */
  readonly said: Said;
}

/** A cause that was found, before it is ranked. */
export interface Finding {
  readonly id: CauseId;
  /** One line: what is in the one image and not in the other, by name. */
  readonly evidence: string;
  /** What to write in the Dockerfile, null when that cannot be said for the image at hand. */
  readonly mend: string | null;
  /** How well it explains the fact, see STRENGTH. */
  readonly strength: number;
}

/** In steps that leave room between them; what is found by chance must not outweigh what the program itself names. */
export const STRENGTH = {
  /** The difference is this very thing: a config fact, a file. */
  itself: 100,
  /** The program cannot be started at all. */
  start: 95,
  /** The program's own message names it, and it is in one image and not in the other. */
  named: 90,
  /** The probe asks for this kind of behaviour, and the images differ in what it rests on. */
  kind: 80,
  /** The message is of this kind, and the images differ in what it rests on. */
  symptom: 70,
  /** Values of the fact are found in what differs. */
  value: 60,
  /** The images differ in something that programs of this kind depend on. */
  likely: 40,
  /** The images differ in it; it may be the cause. */
  possible: 20,
} as const;

export type Rule = (evidence: Evidence) => readonly Finding[];

/** The ids of docs/contract.md, "Causes". */
export type CauseId =
  | "missing-loader"
  | "missing-library"
  | "missing-shell"
  | "broken-shebang"
  | "missing-file"
  | "changed-file"
  | "missing-ca-certificates"
  | "missing-timezone-data"
  | "missing-locale"
  | "missing-user"
  | "lost-env"
  | "changed-env"
  | "changed-workdir"
  | "changed-user"
  | "changed-command"
  | "changed-port"
  | "changed-stopsignal"
  | "lost-healthcheck"
  | "not-executable"
  | "not-writable"
  | "no-tmp"
  | "signal-not-forwarded"
  | "exit-code-swallowed"
  | "version-drift"
  | "stale-artifact"
  | "architecture-mismatch"
  | "missing-module";
