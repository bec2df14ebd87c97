import { constants, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { access } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, isAbsolute, join } from "node:path";
import { execa } from "execa";
import { ANSWER_LIMIT, LOG_LIMIT, SCAN_WITHIN, type Runner } from "./runner.ts";

/** What bounds a run. */
export interface Bounds {
  /** Milliseconds. */
  readonly within: number;
  /** Most bytes of the answer. */
  readonly most: number;
}

/** Absolute path of a program, null when PATH has none of that name. What lies in the current folder does not count. */
export async function onPath(name: string, path = process.env["PATH"]): Promise<string | null> {
  for (const folder of (path ?? "").split(delimiter).filter((it) => isAbsolute(it))) {
    const file = join(folder, name);
    const runs = access(file, constants.X_OK);
    if (
      await runs.then(
        () => true,
        () => false,
      )
    )
      return file;
  }
  return null;
}

/** Runs a program of this machine, which reads the document from a file that is gone afterwards. */
export function program(
  file: string,
  { within, most }: Bounds = { within: SCAN_WITHIN, most: ANSWER_LIMIT },
): Runner {
  return {
    async run(argv, document, signal) {
      signal.throwIfAborted();
      using place = document === null ? null : temporaryFile(document);
      const running = execa(file, argv(place?.path ?? ""), {
        reject: false,
        stdin: "ignore",
        encoding: "buffer",
        buffer: { stdout: true, stderr: false },
        maxBuffer: most,
        timeout: within,
        cancelSignal: signal,
        forceKillAfterDelay: 2_000,
      });
      let log = Buffer.alloc(0);
      running.stderr.on("data", (bytes: Buffer) => {
        log = Buffer.concat([log, bytes]).subarray(-LOG_LIMIT);
      });
      const end = await running;
      signal.throwIfAborted();
      const stopped = end.timedOut
        ? `took longer than ${within / 60_000} minutes`
        : end.isMaxBuffer
          ? `answered with more than ${most / 1e6} MB`
          : end.exitCode === undefined
            ? `could not be run: ${end.originalMessage ?? `ended by ${end.signal}`}`
            : null;
      return { code: end.exitCode ?? -1, stdout: Buffer.from(end.stdout), stderr: log, stopped };
    },
  };
}

/** A file that only the user may read; also removed when the process is made to leave at once. */
function temporaryFile(text: string): Disposable & { readonly path: string } {
  const folder = mkdtempSync(join(tmpdir(), "slimproof-scan-"));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  process.once("exit", remove);
  const path = join(folder, "image.cdx.json");
  writeFileSync(path, text, { mode: 0o600 });
  return {
    path,
    [Symbol.dispose]() {
      remove();
      process.off("exit", remove);
    },
  };
}
