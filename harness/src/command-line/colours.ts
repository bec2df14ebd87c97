/** Whether a stream is to have colours, as the field does it: --no-color and NO_COLOR win, then FORCE_COLOR, then whether it is a terminal. */
export function colours(
  flags: { readonly color: boolean },
  stream: { readonly isTTY?: boolean } = process.stdout,
): boolean {
  if (!flags.color || process.env["NO_COLOR"]) return false;
  if (process.env["FORCE_COLOR"]) return process.env["FORCE_COLOR"] !== "0";
  return stream.isTTY === true && process.env["TERM"] !== "dumb";
}
