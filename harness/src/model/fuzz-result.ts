/** An input on which two images differ, as it is kept beside the contract. */
export interface Counterexample {
  /** The name of the contract's fuzz entry. */
  readonly fuzz: string;
  /** A line, or a request's method and path. */
  readonly input: unknown;
}

/** What fuzzing by one entry of the contract came to. */
export interface FuzzResult {
  readonly name: string;
  readonly seed: number;
  /** Inputs that were put to both images, those of shrinking among them. */
  readonly asked: number;
  /** How often programs were started for it. */
  readonly starts: number;
  /** The smallest input on which the two differ, with both answers; null when none was found. */
  readonly counterexample:
    | (Counterexample & {
        readonly shown: string;
        readonly baseline: string;
        readonly candidate: string;
      })
    | null;
  /** What kept it from going on; null when nothing did. */
  readonly error: Error | null;
}
