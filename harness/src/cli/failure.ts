import { CommanderError } from "commander";
import { EngineError, InputError } from "../model/error.ts";
import { Interrupted } from "./interrupt.ts";

/** Prints what went wrong in a line; returns the exit code. */
export function failure(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2; // commander has printed it
  if (error instanceof Interrupted) return error.code;
  // Tidying up failed as well, for the same reason: what came first says which.
  if (error instanceof SuppressedError) return failure(error.suppressed);
  const known = error instanceof InputError || error instanceof EngineError;
  const text = known
    ? error.message
    : `unexpected: ${error instanceof Error ? error.stack : error}`;
  process.stderr.write(`slimproof: ${text}\n`);
  return 2;
}
