/** How long images take to build again after a change, and which of their steps ran. Times are in seconds. */

/** What was changed before a build: nothing, a source file, a dependency list. */
export type ChangeKind = "none" | "source" | "dependencies";

/** A step of one build, as BuildKit tells it. */
export interface BuildStep {
  /** `[builder 3/5] RUN go build -o app`; `exporting to image` and others of the engine's own. */
  readonly name: string;
  /** `RUN go build -o app`: the name without the platform, the stage and the number. */
  readonly instruction: string;
  /** null for one of the engine's own, as for the steps of a Dockerfile's only stage. */
  readonly stage: string | null;
  /** Whether it is none of the Dockerfile's instructions: sending the context, reading metadata, exporting. */
  readonly own: boolean;
  readonly cached: boolean;
  readonly seconds: number;
  /** Positions, in the same list, of the steps whose results it takes. */
  readonly inputs: readonly number[];
  /** When it began and ended by the engine's clock, milliseconds since 1970; null for one that was never begun. */
  readonly span: { readonly from: number; readonly to: number } | null;
}

/** One build. */
export interface RebuildRun {
  readonly seconds: number;
  readonly steps: readonly BuildStep[];
}

/** Several values in three. */
export interface Spread {
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

/** One image after one change. */
export interface ImageRebuild {
  readonly image: string;
  /** Those that count, in the order they were made. */
  readonly runs: readonly RebuildRun[];
  readonly seconds: Spread;
  /** Its median as a share of the baseline's; null for the baseline. */
  readonly ratio: number | null;
  /** The Dockerfile's steps without FROM: how many there are, and how many of them were cached in most runs. */
  readonly steps: number;
  readonly cached: number;
}

export interface ChangeResult {
  readonly kind: ChangeKind;
  /** The file that was edited, from the folder; null when nothing was. */
  readonly file: string | null;
  /** Why this change was not measured, null when it was. */
  readonly missing: string | null;
  /** The baseline first; none when the change was not measured. */
  readonly images: readonly ImageRebuild[];
}

/** A build begins. */
export interface RebuildProgress {
  readonly change: ChangeKind;
  readonly image: string;
  /** 0 fills caches and does not count; of how many that do. */
  readonly run: number;
  readonly runs: number;
}

/** What the measurements show, said of one image after one change. */
export interface Finding {
  readonly change: ChangeKind;
  readonly image: string;
  /**
   * `faster`, `slower`, `even`: against the baseline. `again`: packages are installed again though no dependency
   * changed. `same-output`: the edit did not change what a stage makes. `untouched`: the edit reached no step.
   */
  readonly kind: "faster" | "slower" | "even" | "again" | "same-output" | "untouched";
  readonly text: string;
}

export interface RebuildResult {
  /** The contract's name, or the folder's. */
  readonly name: string;
  /** As the user named it. */
  readonly folder: string;
  readonly engine: { readonly version: string };
  /** What the baseline is called: the ending of its Dockerfile (`single`), else `baseline`. */
  readonly baseline: string;
  /** Builds of each image that count after each change. */
  readonly runs: number;
  readonly changes: readonly ChangeResult[];
  readonly findings: readonly Finding[];
  readonly notes: readonly string[];
  readonly seconds: number;
}
