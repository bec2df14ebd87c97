import { bounded, LATE } from "../drive/deadline.ts";
import { exchange } from "../drive/exchange.ts";
import { askOf } from "../drive/http.ts";
import { outputText } from "../drive/output.ts";
import { reach } from "../drive/reach.ts";
import { untilReady } from "../drive/ready.ts";
import type { ContainerSpec, Containers } from "../model/container.ts";
import type { Ready } from "../model/contract.ts";
import type { Talk } from "./lab.ts";

const ANSWERS_WITHIN = 5_000;
const ENDS_WITHIN = 1_000;

export interface Request {
  readonly method: string;
  readonly path: string;
}

/** Requests to a server, each on a connection of its own. One that kills it is answered by how the connection broke. */
export async function httpTalk(
  spec: ContainerSpec,
  port: number,
  ready: Ready | null,
  containers: Containers,
  signal: AbortSignal,
): Promise<Talk<Request>> {
  const container = await containers.start(spec);
  await untilReady(container, ready, [port], signal);
  return {
    async ask({ method, path }) {
      const address = reach(container, port);
      if (address === null) return "(not reached)";
      const ask = askOf({ method, path, port, headers: {}, body: null });
      const { head, body, cut, error } = await exchange(address, ask, ANSWERS_WITHIN, signal);
      // A server that a request has killed is known to have ended a little later than its connection.
      const broken = error !== null && error !== "timeout";
      const end = broken ? await bounded(container.end, ENDS_WITHIN, signal) : LATE;
      const headers = [...(head?.headers ?? [])].map(([name, value]) => `${name}: ${value}`).sort();
      return [
        head ? `${head.status} ${head.reason}` : "(no answer)",
        ...headers,
        "",
        outputText(body, cut),
        // Whether a killed server resets or closes a connection is chance.
        ...(error === null ? [] : [error === "timeout" ? "(timeout)" : "(broken off)"]),
        ...(end === LATE ? [] : [`(the server ended with ${end.code})`]),
      ].join("\n");
    },
    over: () => container.ended() !== null,
    close: async () => container[Symbol.asyncDispose](),
  };
}
