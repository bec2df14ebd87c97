/** Whether a mark stands at a place in some bytes; no view is made of them, since each file of an image comes by here. */
export function holds(bytes: Uint8Array, at: number, mark: Uint8Array): boolean {
  for (let n = 0; n < mark.length; n++) if (bytes[at + n] !== mark[n]) return false;
  return true;
}
