/** Asks an engine's socket a question; null when nothing answers there. */
import { request } from "node:http";

/** GETs `path` of the engine API over a unix socket; the parsed JSON, or null when no engine answers with 200 in time. */
export function ask(socketPath: string, path: string, within = 3000): Promise<unknown> {
  return new Promise((resolve) => {
    const call = request({ socketPath, path, timeout: within, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", () => resolve(null));
      response.on("end", () => {
        try {
          resolve(
            response.statusCode === 200 ? JSON.parse(Buffer.concat(chunks).toString()) : null,
          );
        } catch {
          resolve(null);
        }
      });
    });
    call.on("timeout", () => call.destroy());
    call.on("error", () => resolve(null));
    call.end();
  });
}
