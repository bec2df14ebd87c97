/** The user's input cannot be used: one line that says what, where, and what to do. The command line exits with 2. */
export class InputError extends Error {
  override readonly name = "InputError";
}

/** The engine is gone, refuses, or was never there. */
export class EngineError extends Error {
  override readonly name = "EngineError";
}

/** A service of a contract did not start, did not get ready, or failed while it was needed. */
export class ServiceError extends Error {
  override readonly name = "ServiceError";
  /** Its last lines. */
  readonly log: readonly string[];

  constructor(message: string, log: readonly string[]) {
    super(message);
    this.log = log;
  }
}

/** A Dockerfile did not build. */
export class BuildError extends Error {
  override readonly name = "BuildError";
  readonly dockerfile: string;
  /** Name of the stage that failed, null when the build failed before any stage. */
  readonly stage: string | null;
  /** The instruction, e.g. `RUN go build -o app`, null when the build failed before any. */
  readonly step: string | null;
  readonly exitCode: number | null;
  /** Last lines of the failed step's output. */
  readonly log: readonly string[];

  constructor(
    message: string,
    facts: Pick<BuildError, "dockerfile" | "stage" | "step" | "exitCode" | "log">,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.dockerfile = facts.dockerfile;
    this.stage = facts.stage;
    this.step = facts.step;
    this.exitCode = facts.exitCode;
    this.log = facts.log;
  }
}
