/**
 * As much of dockerode as a look at images needs, over the engine's Unix socket: to load dockerode itself, with its SSH and
 * gRPC, takes 90 ms of processor time and 26 MB, which is most of what a second look costs.
 */
import { connect } from "node:net";
import { headOf, type Head } from "./chunked.ts";

/** Written so that a dockerode is one, too. */
export interface Client {
  readonly modem: object;
  getImage(ref: string): { inspect(): Promise<unknown> };
  getContainer(id: string): Removable;
  createContainer(options: Create): Promise<Removable & { readonly id: string }>;
  listContainers(options: Listing): Promise<readonly Listed[]>;
}

export interface Removable {
  remove(options: { readonly force: boolean; readonly v: boolean }): Promise<unknown>;
}

interface Create {
  name: string;
  Image: string;
  Cmd: string[];
  Labels: Record<string, string>;
  HostConfig: { NetworkMode: string };
}

interface Listing {
  all: boolean;
  filters: string;
}

interface Listed {
  readonly Id: string;
  readonly Labels: Readonly<Record<string, string>>;
}

/** Of an answer; what an engine tells of an image or of itself is some kB. */
const LONGEST_ANSWER = 64 << 20;

/** What an engine answers of itself. */
export interface Self {
  /** Rejects when what answers is no engine. */
  ping(): Promise<unknown>;
  version(): Promise<unknown>;
  info(): Promise<unknown>;
}

/** A client of the engine behind a socket. Its calls reject with the engine's own words, and `statusCode` beside them. */
export function socketClient(socketPath: string): Client & Self {
  const call = (method: string, path: string, body?: unknown): Promise<unknown> =>
    ask(socketPath, method, path, body);
  const container = (id: string): Removable => ({
    remove: ({ force, v }) => call("DELETE", `/containers/${id}?force=${force}&v=${v}`),
  });
  return {
    modem: { socketPath },
    async ping() {
      const [head, body] = split(await exchange(socketPath, requestOf("GET", "/_ping")));
      if (head.status !== 200 || body.trim() !== "OK") throw new Error("no engine");
    },
    version: () => call("GET", "/version"),
    info: () => call("GET", "/info"),
    // A reference's slashes are the engine's to find; all else that a path may not hold is not.
    getImage: (ref) => ({
      inspect: () => call("GET", `/images/${encodeURIComponent(ref).replaceAll("%2F", "/")}/json`),
    }),
    getContainer: container,
    async createContainer({ name, ...options }) {
      const made = await call("POST", `/containers/create?name=${name}`, options);
      const { Id: id } = made as { readonly Id: string };
      return { id, ...container(id) };
    },
    async listContainers({ all, filters }) {
      const query = `all=${all}&filters=${encodeURIComponent(filters)}`;
      return (await call("GET", `/containers/json?${query}`)) as readonly Listed[];
    },
  };
}

/**
 * One call; what it answers as JSON, null when that is nothing. In HTTP/1.0, whose answers end with the connection; node:http
 * would cost 30 ms, since to import it loads all that it offers.
 */
async function ask(
  socketPath: string,
  method: string,
  path: string,
  body: unknown,
): Promise<unknown> {
  const [head, text] = split(await exchange(socketPath, requestOf(method, path, body)));
  if (head.status >= 300)
    throw Object.assign(new Error(messageOf(text) ?? `the engine answers ${head.status}`), {
      statusCode: head.status,
    });
  return text.trim() === "" ? null : JSON.parse(text);
}

function requestOf(method: string, path: string, body?: unknown): string {
  const sent = body === undefined ? "" : JSON.stringify(body);
  const type = `Content-Type: application/json\r\nContent-Length: ${Buffer.byteLength(sent)}`;
  return `${method} ${path} HTTP/1.0\r\nHost: docker\r\n${type}\r\n\r\n${sent}`;
}

function split(answer: Buffer): readonly [Head, string] {
  const head = headOf(answer);
  if (head === null) throw new Error("the engine broke off");
  return [head, answer.toString("utf8", head.size)];
}

/** Sends a request, and answers all that comes until the connection ends. */
async function exchange(socketPath: string, request: string): Promise<Buffer> {
  return await new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    let length = 0;
    const socket = connect({ path: socketPath });
    socket.on("data", (part) => {
      length += part.length;
      parts.push(part);
      if (length > LONGEST_ANSWER) socket.destroy(new Error("the engine answers without end"));
    });
    socket.on("error", reject);
    socket.on("end", () => resolve(Buffer.concat(parts)));
    socket.write(request);
  });
}

/** Docker's `{"message": "No such image: x"}`; null when it is another text. */
export function messageOf(text: string): string | null {
  try {
    const { message } = JSON.parse(text) as { readonly message?: unknown };
    return typeof message === "string" ? message : null;
  } catch {
    return null;
  }
}
