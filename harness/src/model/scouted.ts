/** What was seen of a program that nobody has described. */
export interface Scouted {
  /** Ports that the image exposes and that something listens on. */
  readonly ports: readonly {
    readonly port: number;
    readonly speaks: "http" | "tcp";
    /** Paths that its first page refers to, at most five. */
    readonly links: readonly string[];
  }[];
  /** Without a terminal it ends by itself. */
  readonly ends: boolean;
  /** At a terminal it writes something and waits. */
  readonly reads: boolean;
}
