import type { Container } from "../model/container.ts";
import type { HttpProbe } from "../model/contract.ts";
import { InputError } from "../model/error.ts";
import type { Observation } from "../model/fact.ts";
import { duration, patience } from "./deadline.ts";
import { exchange, type Answer, type Ask } from "./exchange.ts";
import { cutNote, outputText } from "./output.ts";
import { broken, reach, type Address } from "./reach.ts";

/**
 * Sends the request `parallel` times at once. Facts: `http.status`, `http.reason`, `http.header.NAME`, `http.body`,
 * `http.trailer.NAME`, `http.closed`, and `http.error` (a stable code) when no whole answer came. With several requests
 * a value is the one that all gave, else a sorted list of lines `N × value`.
 * @throws InputError for a method or header that HTTP cannot send.
 */
export async function http(
  probe: HttpProbe,
  container: Container,
  signal: AbortSignal,
): Promise<Observation> {
  const ask = askOf(probe);
  const address = reach(container, probe.port);
  const answers =
    address === null
      ? [{ ...NO_ANSWER, error: "not published" }]
      : await Promise.all(
          Array.from({ length: probe.parallel }, () => send(probe, address, ask, signal)),
        );
  const notes: string[] = [];
  if (answers.some((it) => it.cut)) notes.push(cutNote(probe.name, "http.body"));
  const late = answers.filter((it) => it.error === "timeout").length;
  if (late > 0)
    notes.push(
      `${probe.name}: ${late === 1 ? "an answer was" : `${late} answers were`} not complete within ${duration(probe.within)}`,
    );
  const all = await Promise.all(
    answers.map(async (answer) =>
      answer.error === null
        ? answer
        : { ...answer, error: await broken(container, answer.error, signal) },
    ),
  );
  const facts = [...merged(all.map(valuesOf))].map(([fact, value]) => ({
    probe: probe.name,
    fact,
    value,
  }));
  return { facts, unmet: [], notes };
}

const NO_ANSWER: Answer = {
  head: null,
  trailers: new Map(),
  body: Buffer.alloc(0),
  cut: false,
  closed: null,
  error: null,
};

/** The request as it goes out: the same bytes for every image, whatever port the engine gave its container. */
export function askOf({
  method,
  path,
  port,
  headers,
  body,
}: Pick<HttpProbe, "method" | "path" | "port" | "headers" | "body">): Ask {
  const own = new Set(Object.keys(headers).map((name) => name.toLowerCase()));
  const usual: Record<string, string> = {
    Host: `localhost:${port}`,
    "User-Agent": "slimproof",
    Accept: "*/*",
    Connection: "keep-alive", // so that it is the server's doing when the connection is closed
    ...(body === null ? {} : { "Content-Length": String(Buffer.byteLength(body)) }),
  };
  const kept = Object.entries(usual).filter(([name]) => !own.has(name.toLowerCase()));
  return { method, path, headers: { ...Object.fromEntries(kept), ...headers }, body };
}

async function send(
  probe: HttpProbe,
  address: Address,
  ask: Ask,
  signal: AbortSignal,
): Promise<Answer> {
  try {
    // A server that shares a busy machine may be late without hanging.
    return await exchange(address, ask, patience(probe.within), signal);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new InputError(`probe "${probe.name}": HTTP cannot send this: ${error.message}`, {
      cause: error,
    });
  }
}

function valuesOf(answer: Answer): Map<string, string> {
  const values = new Map<string, string>();
  const { head, closed, error } = answer;
  if (head !== null) {
    values.set("http.status", String(head.status));
    values.set("http.reason", head.reason);
    for (const [name, value] of sorted(head.headers)) values.set(`http.header.${name}`, value);
    values.set("http.body", outputText(answer.body, answer.cut));
    for (const [name, value] of sorted(answer.trailers)) values.set(`http.trailer.${name}`, value);
  }
  if (closed !== null) values.set("http.closed", String(closed));
  if (error !== null) values.set("http.error", error);
  return values;
}

function sorted(fields: ReadonlyMap<string, string>): [string, string][] {
  return [...fields].toSorted(([a], [b]) => (a < b ? -1 : 1));
}

function merged(answers: readonly Map<string, string>[]): Map<string, string> {
  const names = new Set(answers.flatMap((answer) => [...answer.keys()]));
  const result = new Map<string, string>();
  for (const name of names) {
    const counts = new Map<string, number>();
    for (const answer of answers) {
      const value = answer.get(name) ?? "(none)";
      counts.set(value, (counts.get(value) ?? 0) + 1);
    }
    const [only] = counts.keys();
    const lines = [...counts].map(([value, count]) => `${count} × ${value}`).toSorted();
    result.set(name, counts.size === 1 && only !== undefined ? only : lines.join("\n"));
  }
  return result;
}
