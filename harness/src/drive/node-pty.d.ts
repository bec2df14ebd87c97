/**
 * What is used of node-pty. The package is an alias of @lydell/node-pty, whose own types are declared under that name
 * only, speak of text although `encoding: null` gives bytes, and leave out the events of the terminal's stream.
 */
declare module "node-pty" {
  interface PtyProcess {
    /** Whether the child's end has been dealt with; see pty.ts. */
    _boundClose: boolean;
    onData(listener: (bytes: Buffer) => void): void;
    on(event: "close" | "error", listener: () => void): void;
    write(text: string): void;
    resize(columns: number, rows: number): void;
    readonly pid: number;
    /** Closes our end of the terminal, then hangs the child up. */
    destroy(): void;
  }
  export function spawn(
    file: string,
    args: string[],
    options: {
      readonly cols: number;
      readonly rows: number;
      readonly name: string;
      readonly encoding: null;
      readonly env: Readonly<Record<string, string | undefined>>;
    },
  ): PtyProcess;
}
