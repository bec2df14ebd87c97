import type { Containers } from "../model/container.ts";
import type { Service } from "../model/contract.ts";
import { unlessAborted } from "./deadline.ts";
import { openServices, type OpenServices, type ServiceSet } from "./services.ts";

/**
 * Services for a drive that is still to come: a database takes longer to start than most programs to be driven, and can do
 * so while somebody edits. Disposing it removes the set that waits or is being started, and waits for the removal of those
 * that were let go of.
 */
export interface Standby extends AsyncDisposable {
  /** Starts a set, unless one waits. That it cannot be started is told to nobody: whoever takes one has another started. */
  prepare(): void;
  /**
   * A set that nobody has used: the one that waits, also while it still starts, unless it has ended meanwhile; else one that
   * is started now. Disposing the set begins with its removal, and does not wait for it.
   * @throws as `openServices` does.
   */
  readonly take: OpenServices;
}

interface Ahead {
  /** Null when it could not be started. Never rejects. */
  readonly opened: Promise<ServiceSet | null>;
  /** What is being started. */
  at: string | null;
  tell: (name: string) => void;
}

/** `signal` ends what is being started; a set that waits stays until this is disposed of. */
export function openStandby(
  services: readonly Service[],
  containers: Containers,
  signal: AbortSignal,
): Standby {
  const ending = new AbortController();
  const ended = AbortSignal.any([signal, ending.signal]);
  const removals = new Set<Promise<void>>();
  let next: Ahead | null = null;

  const remove = (opened: Promise<ServiceSet | null>): void => {
    const removal = opened
      .then((set) => set?.[Symbol.asyncDispose]())
      .finally(() => removals.delete(removal));
    removals.add(removal);
  };
  const start = (): Ahead => {
    const onProbe = (name: string): void => {
      ahead.at = name;
      ahead.tell(name);
    };
    const opening = openServices(services, containers, { signal: ended, onProbe });
    const opened = opening
      .catch(() => null)
      .then((set) => {
        ahead.at = null;
        if (!set && next === ahead) next = null;
        return set;
      });
    const ahead: Ahead = { opened, at: null, tell: () => {} };
    return ahead;
  };
  /** The set that waits; null when there is none that could still be used. */
  const waiting = async ({ signal, onProbe }: Parameters<OpenServices>[0]) => {
    const ahead = next;
    if (!ahead) return null;
    next = null; // nobody else's
    if (ahead.at !== null) onProbe(ahead.at);
    ahead.tell = onProbe;
    try {
      const set = await unlessAborted(ahead.opened, signal);
      if (!set || set.isUp()) return set;
      remove(ahead.opened);
      return null;
    } catch (error) {
      ahead.tell = () => {};
      if (next || ended.aborted) remove(ahead.opened);
      else next = ahead; // whoever comes next need not wait from the start
      throw error;
    }
  };

  return {
    prepare() {
      if (!ended.aborted) next ??= start();
    },
    async take(options) {
      const own = { ...options, signal: AbortSignal.any([options.signal, ended]) };
      const set = (await waiting(own)) ?? (await openServices(services, containers, own));
      return {
        ...set,
        async [Symbol.asyncDispose]() {
          remove(Promise.resolve(set));
        },
      };
    },
    async [Symbol.asyncDispose]() {
      ending.abort(new Error("the standby was disposed of"));
      if (next) remove(next.opened);
      next = null;
      await Promise.all(removals);
    },
  };
}
