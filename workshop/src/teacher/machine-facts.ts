import { createServer } from "node:net";
import { openPty } from "slimproof";

/** Milliseconds that a program has to start in a terminal of its own. */
const PATIENCE = 5_000;

/** Why no program can be run in a terminal of its own; null when one can. */
export async function terminalTrouble(): Promise<string | null> {
  try {
    const said = await new Promise<string>((resolve, reject) => {
      let text = "";
      const command = { file: "/bin/sh", args: ["-c", "test -t 1 && echo terminal"], env: {} };
      const size = { columns: 80, rows: 24 };
      const pty = openPty(
        command,
        size,
        (it) => (text += it.toString()),
        () => resolve(text),
      );
      setTimeout(() => {
        pty.kill();
        reject(new Error("no answer within five seconds"));
      }, PATIENCE).unref();
    });
    return said.includes("terminal") ? null : "a program in a terminal of its own sees none";
  } catch (error) {
    return `none can be opened: ${(error as Error).message}`;
  }
}

/** Whether nothing listens on a port of this machine. */
export function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}
