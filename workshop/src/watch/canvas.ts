import { createLogUpdate } from "log-update";
import type { Room } from "../screen/frame.ts";

/** Where screens are drawn. */
export interface Canvas {
  /** Replaces what was drawn. One that only moves on with the time is left out where nothing can be replaced. */
  draw(lines: readonly string[], isTick: boolean): void;
  room(): Room;
  /** Takes away what was drawn, so that last words stand where it stood. */
  clear(): void;
}

/** Redrawn in place on a terminal that can; written below each other on one that is `dumb`. */
export function openCanvas(stream: NodeJS.WriteStream, isDumb: boolean): Canvas {
  const room = (): Room => ({ columns: stream.columns || 80, rows: stream.rows || 24 });
  if (isDumb) {
    let last = "";
    return {
      draw(lines, isTick) {
        const text = lines.join("\n");
        if (isTick || text === last) return;
        last = text;
        stream.write(`${text}\n`);
      },
      room,
      clear() {},
    };
  }
  const update = createLogUpdate(stream, { showCursor: true });
  return { draw: (lines) => update(lines.join("\n")), room, clear: () => update.clear() };
}
