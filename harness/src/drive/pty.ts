import { spawn } from "node-pty";
import type { TerminalCommand } from "../model/container.ts";

export interface Pty {
  write(text: string): void;
  resize(columns: number, rows: number): void;
  /** Ends the command and everything it started in the terminal; what it wrote last may be lost. */
  kill(): void;
}

/**
 * Runs a command in a pseudo-terminal of its own and hands on the bytes that it writes. `onClose` comes once, after
 * the last of them: when nothing has the terminal open any more.
 */
export function openPty(
  command: Pick<TerminalCommand, "file" | "args" | "env">,
  size: { readonly columns: number; readonly rows: number },
  onBytes: (bytes: Buffer) => void,
  onClose: () => void,
): Pty {
  const pty = spawn(command.file, [...command.args], {
    cols: size.columns,
    rows: size.rows,
    name: "xterm-256color",
    encoding: null,
    env: { ...process.env, ...command.env },
  });
  // node-pty destroys the stream 200 ms after the child's end, and with it what a busy process has not read by then.
  pty._boundClose = true;
  let open = true;
  pty.onData(onBytes);
  pty.on("error", () => {}); // EIO is how the end of a terminal looks; "close" follows
  pty.on("close", () => {
    open = false;
    onClose();
  });
  return {
    write: (text) => open && pty.write(text),
    resize: (columns, rows) => open && pty.resize(columns, rows),
    kill() {
      if (!open) return;
      killGroup(pty.pid);
      pty.destroy();
    },
  };
}

/** The command leads a process group, as every program does that is started in a terminal. */
function killGroup(leader: number): void {
  try {
    process.kill(-leader, "SIGKILL");
  } catch {} // it has ended already
}
