import { connect } from "node:net";
import { OUTPUT_LIMIT, type Container } from "../model/container.ts";
import type { TcpProbe } from "../model/contract.ts";
import type { Fact, Observation } from "../model/fact.ts";
import { duration } from "./deadline.ts";
import { cutNote, outputText } from "./output.ts";
import { broken, errorCode, reach, type Address } from "./reach.ts";

interface Reply {
  readonly bytes: Buffer;
  readonly cut: boolean;
  /** An error code, or `timeout`; null when the reply is whole. */
  readonly error: string | null;
}

/**
 * Connects, sends, and reads: until the text of `until` (what follows it is a matter of timing and left out), else
 * until the server closes or `within` is over. Facts: `tcp.reply`, and `tcp.error` (a stable code) when the connection
 * broke or `until` did not come.
 */
export async function tcp(
  probe: TcpProbe,
  container: Container,
  signal: AbortSignal,
): Promise<Observation> {
  const address = reach(container, probe.port);
  const reply =
    address === null
      ? { bytes: null, cut: false, error: "not published" }
      : await talk(address, probe, signal);
  const facts: Fact[] = [];
  const notes: string[] = [];
  if (reply.bytes !== null)
    facts.push({
      probe: probe.name,
      fact: "tcp.reply",
      value: outputText(reply.bytes, reply.cut),
    });
  if (reply.error !== null) {
    const value = await broken(container, reply.error, signal);
    facts.push({ probe: probe.name, fact: "tcp.error", value });
  }
  if (reply.cut) notes.push(cutNote(probe.name, "tcp.reply"));
  if (reply.error === "timeout")
    notes.push(`${probe.name}: the reply was not complete within ${duration(probe.within)}`);
  return { facts, unmet: [], notes };
}

function talk(address: Address, probe: TcpProbe, signal: AbortSignal): Promise<Reply> {
  signal.throwIfAborted();
  const until = probe.until === null ? null : Buffer.from(probe.until);
  return new Promise<Reply>((resolve, reject) => {
    const socket = connect(address);
    let read = Buffer.alloc(0);
    const close = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", abort);
      socket.destroy();
    };
    const finish = (error: string | null, bytes = read, cut = false): void => {
      resolve({ bytes, cut, error });
      close();
    };
    const abort = (): void => {
      reject(signal.reason);
      close();
    };
    const timer = setTimeout(() => finish(until === null ? null : "timeout"), probe.within);
    signal.addEventListener("abort", abort, { once: true });
    socket.on("error", (error) => finish(errorCode(error)));
    socket.on("end", () => finish(null));
    socket.on("data", (chunk) => {
      const before = read.length;
      read = Buffer.concat([read, chunk]);
      const at = until === null ? -1 : read.indexOf(until, Math.max(0, before - until.length));
      if (until !== null && at !== -1) finish(null, read.subarray(0, at + until.length));
      else if (read.length > OUTPUT_LIMIT) finish(null, read.subarray(0, OUTPUT_LIMIT), true);
    });
    if (probe.send !== null) socket.write(probe.send);
  });
}
