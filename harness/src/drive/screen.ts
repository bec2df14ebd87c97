import xterm from "@xterm/headless";

/** A terminal that nobody looks at. */
export interface Screen {
  write(bytes: Uint8Array): void;
  resize(columns: number, rows: number): void;
  /** What a person would see now: the visible lines, blanks at their ends and empty last lines left out. */
  text(): Promise<string>;
  dispose(): void;
}

/**
 * Moves of a line or a cell that one screen makes. xterm.js repeats such a move as often as the program asks, so that
 * 14 bytes (`ESC [ 2147483647 L`) would keep it busy for hours.
 */
const MOVES = 200_000;
/** Insert and delete lines, scroll up and down, tabs forth and back, repeat the last character. */
const COUNTED = ["L", "M", "S", "T", "I", "Z", "b"];

/** `reply` gets what a terminal answers to a program's questions, e.g. where the cursor is. */
export function openScreen(
  size: { readonly columns: number; readonly rows: number },
  reply: (text: string) => void,
): Screen {
  const { columns: cols, rows } = size;
  const terminal = new xterm.Terminal({ cols, rows, scrollback: 0, allowProposedApi: true });
  let moves = MOVES;
  for (const final of COUNTED)
    terminal.parser.registerCsiHandler({ final }, ([count]) => {
      const wanted = typeof count === "number" ? count : 1;
      if (wanted > moves) return true;
      moves -= wanted;
      return false;
    });
  terminal.onData(reply);
  /** xterm parses later than it is written to: what depends on the order waits its turn in the same queue. */
  const afterwards = <T>(act: () => T): Promise<T> =>
    new Promise((resolve) => terminal.write("", () => resolve(act())));
  return {
    write: (bytes) => terminal.write(bytes),
    resize: (columns, lines) => void afterwards(() => terminal.resize(columns, lines)),
    text: () => afterwards(() => visible(terminal)),
    dispose: () => terminal.dispose(),
  };
}

function visible(terminal: xterm.Terminal): string {
  const { active } = terminal.buffer;
  return Array.from(
    { length: terminal.rows },
    (_, row) =>
      active
        .getLine(active.viewportY + row)
        ?.translateToString(true)
        .trimEnd() ?? "",
  )
    .join("\n")
    .trimEnd();
}
