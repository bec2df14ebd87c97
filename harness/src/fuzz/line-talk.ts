import { withSession } from "../drive/session.ts";
import type { Container, ContainerSpec, Containers } from "../model/container.ts";
import type { Talk } from "./lab.ts";

/** A program that has not asked for more by then has another prompt, or none any more. Milliseconds. */
const ANSWERS_WITHIN = 3_000;
/** The first prompt of a program that has to start. */
const STARTS_WITHIN = 15_000;

/** How a line reaches a program: `after` is the prompt that is waited for before each. */
export interface Lines {
  readonly spec: ContainerSpec;
  readonly after: string;
  readonly containers: Containers;
  readonly signal: AbortSignal;
}

/** Lines over standard input without a terminal: any bytes, of any length. Each character of the line is one byte. */
export async function pipeTalk({ spec, after, containers, signal }: Lines): Promise<Talk<string>> {
  const container = await containers.start({ ...spec, stdin: true });
  let read = 0;
  const answer = async (within: number): Promise<string> => {
    const until = performance.now() + within;
    for (;;) {
      signal.throwIfAborted();
      const end = container.ended() && (await container.end); // with all that it has said
      const text = textSince(container, read);
      if (text.includes(after) || end !== null || performance.now() > until) {
        read = container.stdout.bytes().length;
        const how = end
          ? `\n(ended with ${end.code})`
          : text.includes(after)
            ? ""
            : "\n(no prompt)";
        return `${text}${how}`;
      }
      await Promise.race([
        // Once the output has ended it changes no more, and only the end is left to wait for.
        ...(container.stdout.ended() ? [] : [container.stdout.change()]),
        container.end,
        later(until - performance.now()),
      ]);
    }
  };
  await answer(STARTS_WITHIN);
  return {
    async ask(line) {
      container.writeStdin(Buffer.from(`${line}\n`, latin(line) ? "latin1" : "utf8"));
      return answer(ANSWERS_WITHIN);
    },
    over: () => container.ended() !== null || container.stdout.cut(),
    close: async () => container[Symbol.asyncDispose](),
  };
}

/** Characters up to 255 are bytes; a line with others is text. */
function latin(line: string): boolean {
  return /[\u0080-\u00ff]/.test(line) && !/[\u0100-\uffff]/.test(line);
}

function textSince(container: Container, read: number): string {
  return container.stdout.bytes().subarray(read).toString("latin1");
}

function later(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, milliseconds)));
}

/** Lines typed at a terminal. */
export async function terminalTalk({
  spec,
  after,
  containers,
  signal,
}: Lines): Promise<Talk<string>> {
  let leave = (): void => {};
  const left = new Promise<void>((resolve) => (leave = resolve));
  let failed = false;
  return await new Promise<Talk<string>>((resolve, reject) => {
    const session = withSession(containers.terminal(spec), signal, async (it) => {
      await it.read(after, STARTS_WITHIN);
      resolve({
        async ask(line) {
          const from = it.output.text().length;
          await it.send(`${line}\r`, ANSWERS_WITHIN);
          const outcome = await it.read(after, ANSWERS_WITHIN);
          const text = it.output.text().slice(from);
          if (outcome === "came") return text;
          const end = outcome === "ended" ? await it.end() : null;
          return `${text}\n(${end ? `ended with ${end.code}` : "no prompt"})`;
        },
        over: () => failed || it.output.ended() || it.output.cut(),
        async close() {
          leave();
          await session.catch(() => {});
        },
      });
      await left;
    });
    session.catch((error: unknown) => {
      failed = true;
      reject(error);
    });
  });
}
