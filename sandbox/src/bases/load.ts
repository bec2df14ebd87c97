/** Asks an engine which images it has, and gives it new ones. */
import { request } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { EngineError } from "slimproof";
import { ask } from "../engine/ask.ts";

/** Marks an image as a stand-in and says what it is made of; images built on it inherit the label. */
export const STAND_IN = "org.slimproof.stand-in";
/** A digest of the recipe that it was made by. */
export const RECIPE = "org.slimproof.stand-in.recipe";

/** The labels of each image of the engine at `socket` that has a name, by its names. Throws an EngineError when it does not answer. */
export async function namedImages(
  socket: string,
): Promise<ReadonlyMap<string, Readonly<Record<string, string>>>> {
  const images = (await ask(socket, "/images/json")) as
    | readonly {
        readonly RepoTags: readonly string[] | null;
        readonly Labels: Readonly<Record<string, string>> | null;
      }[]
    | null;
  if (!images) throw new EngineError(`the engine at ${socket} does not say which images it has`);
  return new Map(
    images.flatMap(({ RepoTags, Labels }) => (RepoTags ?? []).map((name) => [name, Labels ?? {}])),
  );
}

/** Loads an archive into the engine at `socket`. Throws an EngineError with what the engine says when it refuses. */
export async function loadArchive(
  socket: string,
  archive: AsyncIterable<Uint8Array>,
): Promise<void> {
  const call = request({
    socketPath: socket,
    path: "/images/load?quiet=1",
    method: "POST",
    headers: { "Content-Type": "application/x-tar" },
  });
  const answered = new Promise<string>((resolve, reject) => {
    call.once("error", reject);
    call.once("response", (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.once("error", reject);
      response.once("end", () => {
        const text = Buffer.concat(chunks).toString();
        const refused = response.statusCode !== 200 || text.includes('"errorDetail"');
        if (refused) reject(new Error(text.trim()));
        else resolve(text);
      });
    });
  });
  try {
    // An engine that refuses may close the connection while we still send: its answer says why, so it counts first.
    const sent = pipeline(Readable.from(archive), call).catch((error: unknown) => error);
    await answered;
    await sent;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new EngineError(`the engine at ${socket} did not take the base images: ${reason}`, {
      cause: error,
    });
  }
}
