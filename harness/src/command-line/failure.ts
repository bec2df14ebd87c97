import { CommanderError } from "commander";
import { EngineError, InputError } from "../model/error.ts";
import { Interrupted } from "./interrupt.ts";

/** Prints what went wrong in a line that begins with the program's name; returns the exit code. */
export function failure(program: string, error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2; // commander has printed it
  if (error instanceof Interrupted) return error.code;
  // Tidying up failed as well, for the same reason: what came first says which.
  if (error instanceof SuppressedError) return failure(program, error.suppressed);
  const isKnown = error instanceof InputError || error instanceof EngineError || isSystem(error);
  const text = isKnown
    ? error.message
    : `unexpected: ${error instanceof Error ? error.stack : error}`;
  process.stderr.write(`${program}: ${text}\n`);
  return 2;
}

/** What the file system refuses (a full disk, no permission) says itself what and where. */
function isSystem(error: unknown): error is Error {
  return error instanceof Error && "syscall" in error && "path" in error;
}
