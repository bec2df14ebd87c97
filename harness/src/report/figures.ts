import { bytes } from "../model/quantity.ts";

/** A whole number in groups of three digits: `22,722`. */
export function count(value: number): string {
  // Intl would need 13 milliseconds to read its tables: a tenth of what a command takes that knows its answer.
  return String(value).replace(/\B(?=(?:\d{3})+$)/g, ",");
}

/** `1 file`, `22,722 files`. */
export function counted(value: number, one: string, many: string = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

/** Bytes that came or left, with their sign: `-521 MB`, `+2.30 MB`, `0 B`. */
export function change(difference: number): string {
  const sign = difference > 0 ? "+" : difference < 0 ? "-" : "";
  return `${sign}${bytes(Math.abs(difference))}`;
}

const EIGHTHS = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];

/** A bar of at most `columns` for a share from 0 to 1; what is not nothing can be seen. */
export function bar(share: number, columns: number): string {
  if (!(share > 0)) return "";
  const eighths = Math.max(1, Math.round(Math.min(share, 1) * columns * 8));
  return `${"█".repeat(Math.floor(eighths / 8))}${EIGHTHS[eighths % 8]}`;
}
