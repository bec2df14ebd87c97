/** One observed value. `value` is text; binary output is written as `base64:…`, see `textOf`. */
export interface Fact {
  /** The probe's name, `image` for config.* facts, `container` for the served container's own. */
  readonly probe: string;
  /** Dotted path, e.g. `http.header.content-type`. */
  readonly fact: string;
  readonly value: string;
}

/** An expectation of the contract (or a terminal step) that the program did not meet. */
export interface Unmet {
  readonly probe: string;
  /** The key as in the contract: `status`, `body`, `step 3` … */
  readonly expectation: string;
  /** One line, e.g. `status is 500, expected 200`. */
  readonly message: string;
}

/** What one drive of one image gave: every fact, plus what did not go as the contract's author expected. */
export interface Observation {
  readonly facts: readonly Fact[];
  readonly unmet: readonly Unmet[];
  /** Things a reader must know, e.g. `adds: output cut off at 1 MB`. */
  readonly notes: readonly string[];
  /** The containers' own addresses, which the engine gave them: where the program tells one, it tells nothing of itself. */
  readonly addresses?: readonly string[];
  /** Why nothing could be observed, through no fault of the image's: one line, and more of it. */
  readonly broken?: { readonly message: string; readonly detail: readonly string[] };
}

/** PROBE/FACT, the name under which a fact appears in `noise` and is matched by `accept`. */
export function factPath(fact: Pick<Fact, "probe" | "fact">): string {
  return `${fact.probe}/${fact.fact}`;
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

const BINARY = "base64:";

/** Whether a fact's value is bytes that are no text. */
export function isBinary(value: string): boolean {
  return value.startsWith(BINARY);
}

/**
 * Bytes as a fact's value: UTF-8 when they are, else `base64:` and the bytes, so that no two
 * different outputs ever look the same (a lossy decode would turn both into U+FFFD). Text that
 * itself begins with `base64:` is encoded too, or a program could print what another's bytes look like.
 */
export function textOf(bytes: Uint8Array): string {
  try {
    const text = utf8.decode(bytes);
    if (!text.startsWith(BINARY)) return text;
  } catch {
    // no UTF-8
  }
  return `${BINARY}${Buffer.from(bytes).toString("base64")}`;
}
