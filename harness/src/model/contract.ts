/**
 * The plain types every floor shares; nothing here imports anything outside this folder.
 * This file: a parity contract after loading — defaults filled in, units converted, paths absolute.
 */

/** A regular expression as the contract's author wrote it, matched with the `m` and `s` flags off. */
export type Pattern = string;

export type ImageSource =
  | {
      readonly kind: "build";
      /** Path of the Dockerfile, relative to `context`. */
      readonly dockerfile: string;
      /** Absolute path of the build context. */
      readonly context: string;
      readonly target: string | null;
      readonly args: Readonly<Record<string, string>>;
      readonly platform: string | null;
    }
  | { readonly kind: "image"; readonly image: string; readonly platform: string | null };

export interface Candidate {
  readonly name: string;
  readonly source: ImageSource;
}

export type Ready =
  | { readonly kind: "http"; readonly path: string; readonly port: number; readonly within: number }
  | { readonly kind: "log"; readonly pattern: Pattern; readonly within: number }
  | { readonly kind: "port"; readonly port: number; readonly within: number };

/** A host folder or file (absolute, inside the contract's folder), always mounted read-only. */
export interface Mount {
  readonly from: string;
  readonly to: string;
}

/** How every container of the pair is run. Sizes in bytes, durations in milliseconds. */
export interface RunOptions {
  readonly env: Readonly<Record<string, string>>;
  /** Replaces the image's CMD as arguments after `docker run IMAGE` do; null leaves CMD alone. */
  readonly args: readonly string[] | null;
  readonly user: string | null;
  readonly readOnly: boolean;
  readonly tmpfs: readonly string[];
  readonly memory: number;
  readonly pids: number;
  readonly network: "bridge" | "none";
  readonly mounts: readonly Mount[];
  readonly ready: Ready | null;
}

/** A real dependency (a database …), one set for each side, reached by its name. */
export interface Service {
  readonly name: string;
  readonly image: string;
  readonly env: Readonly<Record<string, string>>;
  readonly args: readonly string[] | null;
  /** Such as the data it starts with. */
  readonly mounts: readonly Mount[];
  readonly ready: Ready | null;
  /** What the engine has under that name, null before it was asked. */
  readonly found: ServiceImage | null;
}

export interface ServiceImage {
  readonly id: string;
  /** TCP ports that it exposes. */
  readonly ports: readonly number[];
  /** What it is, when it stands in for an official image. */
  readonly standIns: readonly string[];
}

/** Optional expectations; each is held against the baseline too. `null` means "not stated". */
export interface Expectation {
  readonly status?: number;
  readonly header?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly bodyMatches?: Pattern;
  readonly json?: unknown;
  readonly exit?: number;
  readonly stdout?: string;
  readonly stdoutMatches?: Pattern;
  readonly stderr?: string;
  readonly stderrMatches?: Pattern;
  readonly reply?: string;
  readonly replyMatches?: Pattern;
}

export type TerminalStep =
  | { readonly kind: "expect"; readonly text: string }
  | { readonly kind: "matches"; readonly pattern: Pattern }
  | { readonly kind: "type"; readonly text: string }
  | { readonly kind: "press"; readonly key: string }
  | { readonly kind: "resize"; readonly columns: number; readonly rows: number }
  /** `code` null stands for `exit: any`. */
  | { readonly kind: "exit"; readonly code: number | null };

interface ProbeBase {
  readonly name: string;
  /** Longest time one step of the probe may take, milliseconds. */
  readonly within: number;
  readonly expect: Expectation;
}

export type HttpProbe = ProbeBase & {
  readonly kind: "http";
  readonly method: string;
  readonly path: string;
  readonly port: number;
  readonly headers: Readonly<Record<string, string>>;
  /** The request body; a `json` value of the contract is already encoded here. */
  readonly body: string | null;
  /** How many identical requests are sent at once. */
  readonly parallel: number;
};
export type TerminalProbe = ProbeBase & {
  readonly kind: "terminal";
  readonly steps: readonly TerminalStep[];
};
export type CommandProbe = ProbeBase & {
  readonly kind: "command";
  readonly args: readonly string[] | null;
  /** null: standard input is not attached (as `docker run IMAGE`). */
  readonly stdin: string | null;
  readonly env: Readonly<Record<string, string>>;
};
export type ExecProbe = ProbeBase & { readonly kind: "exec"; readonly argv: readonly string[] };
export type FilesProbe = ProbeBase & { readonly kind: "files"; readonly paths: readonly string[] };
export type StopProbe = ProbeBase & { readonly kind: "stop"; readonly signal: string | null };
export type TcpProbe = ProbeBase & {
  readonly kind: "tcp";
  readonly port: number;
  readonly send: string | null;
  readonly until: string | null;
};

export type Probe =
  | HttpProbe
  | TerminalProbe
  | CommandProbe
  | ExecProbe
  | FilesProbe
  | StopProbe
  | TcpProbe;

export type Fuzz =
  | {
      readonly kind: "terminal";
      readonly name: string;
      readonly after: string;
      readonly lines: readonly string[];
      readonly end: string | null;
      readonly words: Readonly<Record<string, readonly string[]>>;
      readonly sessions: number;
      readonly linesPerSession: number;
    }
  | {
      readonly kind: "http";
      readonly name: string;
      readonly port: number;
      readonly paths: readonly string[];
      readonly methods: readonly string[];
      readonly words: Readonly<Record<string, readonly string[]>>;
      readonly requests: number;
    };

/** A bound on bytes or on a count: a share of the baseline, an absolute number, or just "less than the baseline". */
export type Bound =
  | { readonly kind: "percent"; readonly below: number }
  | { readonly kind: "absolute"; readonly below: number }
  | { readonly kind: "less" };

export interface Claim<B = Bound> {
  /** As written in the contract, e.g. `< 25%`. */
  readonly text: string;
  readonly bound: B;
}

export type AbsentThing = "shell" | "package-manager" | "compiler" | "sources";

export interface Claims {
  readonly size: Claim | null;
  readonly transfer: Claim | null;
  readonly packages: Claim | null;
  readonly absent: readonly AbsentThing[];
  readonly user: "non-root" | null;
}

/** A difference that is wanted. `fact` is FACT or PROBE/FACT; `*` matches one segment, `**` several. */
export interface Accept {
  readonly fact: string;
  readonly reason: string;
  /** null: for every candidate. */
  readonly candidate: string | null;
}

export interface Contract {
  /** Absolute path of parity.yaml; null when the contract was inferred. */
  readonly file: string | null;
  /** Absolute path of the folder that the contract speaks of. */
  readonly folder: string;
  readonly name: string;
  readonly baseline: ImageSource;
  readonly candidates: readonly Candidate[];
  readonly run: RunOptions;
  readonly services: readonly Service[];
  readonly probes: readonly Probe[];
  readonly fuzz: readonly Fuzz[];
  readonly claims: Claims;
  readonly accept: readonly Accept[];
}
