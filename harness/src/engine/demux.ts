/**
 * Splits Docker's multiplexed stream: frames of 8 bytes head (stream number, 0 0 0, length as 32 bits big endian) and
 * a body; see "Stream format" of the Engine API's attach. Frames may come in any pieces; bodies are handed on as they
 * come, so a frame that claims 4 GB costs nothing.
 */
export function demultiplexer(
  stdout: (bytes: Buffer) => void,
  stderr: (bytes: Buffer) => void,
): (chunk: Buffer) => void {
  let head = Buffer.alloc(0);
  let sink = stdout;
  let left = 0;
  return (chunk) => {
    let rest = chunk;
    while (rest.length > 0) {
      if (left > 0) {
        const body = rest.subarray(0, left);
        sink(body);
        left -= body.length;
        rest = rest.subarray(body.length);
        continue;
      }
      const missing = 8 - head.length;
      head = Buffer.concat([head, rest.subarray(0, missing)]);
      rest = rest.subarray(missing);
      if (head.length < 8) return;
      sink = head[0] === 2 ? stderr : stdout;
      left = head.readUInt32BE(4);
      head = Buffer.alloc(0);
    }
  };
}
