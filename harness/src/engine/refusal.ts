import { EngineError } from "../model/error.ts";

/** The engine's own words of a failed call, without dockerode's `(HTTP code 500) server error - ` before them. */
export function words(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.replace(/^\(HTTP code \d+\) [^-]*- /, "").trim();
}

/** Messages by which the runtime says that the image's program, user or folder is at fault, in Docker 20.10 to 28. */
export function isProgramFault(text: string): boolean {
  return /OCI runtime|unable to start container process|executable file not found|unable to find (user|group)|no command specified|exec format error/i.test(
    text,
  );
}

/**
 * Waits for a removal, or for a signal to be sent, and is content when there is nothing to do it to. 404: somebody was
 * faster. 409: its removal is under way already, it does not run, or an image is in use by a kept container.
 * @throws EngineError for any other refusal.
 */
export async function gone(removal: Promise<unknown>): Promise<void> {
  try {
    await removal;
  } catch (error) {
    const status = (error as { statusCode?: number }).statusCode;
    if (status !== 404 && status !== 409) throw new EngineError(words(error), { cause: error });
  }
}
