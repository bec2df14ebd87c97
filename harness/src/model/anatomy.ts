/** What is inside an image, as far as claims speak of it. Paths are absolute, sorted by code units. */
export interface Anatomy {
  readonly packages: readonly Package[];
  readonly shells: Findings;
  readonly packageManagers: Findings;
  readonly compilers: Findings;
  /** Source code and version control of the application, left behind. */
  readonly sources: Findings;
}

export interface Package {
  readonly kind: "deb" | "apk" | "python" | "node" | "go";
  readonly name: string;
  readonly version: string;
}

/** Paths of one kind: how many there are, and the first of them. */
export interface Findings {
  readonly count: number;
  readonly paths: readonly string[];
}
