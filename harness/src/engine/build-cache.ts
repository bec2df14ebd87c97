import type Docker from "dockerode";
import { EngineError } from "../model/error.ts";
import type { BuildStep } from "../model/rebuild.ts";
import { words } from "./refusal.ts";

/** What `docker system df --verbose` tells of a record; times are RFC 3339. */
interface Cached {
  readonly ID: string;
  readonly Type: string;
  readonly Description: string;
  readonly InUse: boolean;
  readonly CreatedAt: string;
}

/** Records named in one request: they travel in its address. */
const AT_ONCE = 50;

/** Milliseconds that a record may be older than the step is told to have begun, or younger than its end. */
const SLACK = 5;

/**
 * Removes from the build cache what these steps wrote there, and nothing else: a record is theirs when it carries the
 * step's name or command and was made while the step ran, both by the engine's clock. What builds at the same time
 * still use stays.
 * @returns bytes freed, as the engine tells it.
 * @throws EngineError when the engine refuses.
 */
export async function forgetSteps(docker: Docker, steps: readonly BuildStep[]): Promise<number> {
  const ran = steps.filter((it) => !it.cached && it.span !== null);
  if (ran.length === 0) return 0;
  try {
    const records = await buildCache(docker);
    const ids = records
      .filter((record) => ran.some((step) => wrote(step, record)))
      .map((it) => it.ID);
    let freed = 0;
    for (let at = 0; at < ids.length; at += AT_ONCE)
      freed += await prune(docker, ids.slice(at, at + AT_ONCE));
    return freed;
  } catch (error) {
    throw new EngineError(`the engine's build cache cannot be tidied up: ${words(error)}`, {
      cause: error,
    });
  }
}

function wrote({ instruction, name, span }: BuildStep, record: Cached): boolean {
  if (record.Type !== "regular" || record.InUse || span === null) return false;
  const made = Date.parse(record.CreatedAt);
  if (!(made >= span.from - SLACK && made <= span.to + SLACK)) return false;
  if (record.Description === name) return true;
  // BuildKit names what a RUN writes after its process: `mount / from exec /bin/sh -c go build -o app`.
  const command = /^RUN (?:--\S+ )*(.*)$/s.exec(instruction)?.[1];
  return (
    command !== undefined && command !== "" && record.Description.startsWith("mount / from exec ")
  );
}

async function buildCache(docker: Docker): Promise<readonly Cached[]> {
  const answer = (await ask(docker, "GET", "/system/df?", { type: "build-cache" })) as {
    readonly BuildCache?: readonly Cached[] | null;
  };
  return answer.BuildCache ?? [];
}

async function prune(docker: Docker, ids: readonly string[]): Promise<number> {
  const filters = JSON.stringify({ id: [`^(${ids.join("|")})$`] });
  const answer = (await ask(docker, "POST", "/build/prune?", { filters })) as {
    readonly SpaceReclaimed?: number;
  };
  return answer.SpaceReclaimed ?? 0;
}

/** What dockerode has no words for; it appends the query where a path ends with a question mark. */
async function ask(
  docker: Docker,
  method: string,
  path: string,
  query: Readonly<Record<string, string>>,
): Promise<unknown> {
  const options = { _query: query, _body: {} };
  const statusCodes = { 200: true, 400: "bad request", 500: "server error" };
  return await new Promise((resolve, reject) => {
    docker.modem.dial({ path, method, options, statusCodes }, (error: unknown, answer: unknown) =>
      error ? reject(error as Error) : resolve(answer),
    );
  });
}
