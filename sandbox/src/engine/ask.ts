/** Asks an engine's socket a question; null when nothing answers there. */
import { request } from "node:http";

/**
 * Calls the engine API over a unix socket; the parsed JSON (an empty answer is ""), or null when no engine answers
 * with success within so many milliseconds.
 */
export function ask(
  socketPath: string,
  path: string,
  { method = "GET", within = 5000 } = {},
): Promise<unknown> {
  return new Promise((resolve) => {
    const options = { socketPath, path, method, timeout: within, agent: false };
    const call = request(options, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", () => resolve(null));
      response.on("end", () => {
        const text = Buffer.concat(chunks).toString();
        const success = Math.floor((response.statusCode ?? 0) / 100) === 2;
        try {
          resolve(success ? JSON.parse(text || '""') : null);
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
