/** What the play uses of node-pty beyond what the harness declares. */
declare module "node-pty" {
  interface PtyProcess {
    onExit(listener: (end: { readonly exitCode: number; readonly signal?: number }) => void): void;
  }
  export function spawn(
    file: string,
    args: string[],
    options: {
      readonly cols: number;
      readonly rows: number;
      readonly name: string;
      readonly encoding: null;
      readonly cwd: string;
      readonly env: Readonly<Record<string, string | undefined>>;
    },
  ): PtyProcess;
}
