/** The single values of a contract (texts, numbers, durations, names …): each says in its own error what was expected. */
import { z } from "zod";
import { suggestion } from "./nearest.ts";
import { DURATION, parseDuration, parseSize, SIZE } from "./units.ts";
import { got, inQuotes, quote, unknownKey } from "./words.ts";

/** One character that is no control character, for patterns that every editor's JSON Schema can read. */
export const VISIBLE = "[^\\u0000-\\u001f\\u007f-\\u009f]";

type Text = z.ZodString;
/** A text in the file, a `T` after loading. */
type Parsed<T> = z.ZodPipe<z.ZodString, z.ZodTransform<T, string>>;

const expected =
  (wanted: string) =>
  ({ input }: { readonly input?: unknown }): string | undefined =>
    input === undefined ? undefined : `expected ${wanted}, got ${got(input)}`;

/** A text that must have a form. `wanted` completes the sentence "expected …". */
export function text(wanted: string, pattern: RegExp): Text {
  return z
    .string({
      error: ({ input }) =>
        input === undefined ? undefined : `expected ${wanted}, got ${got(input)}${inQuotes(input)}`,
    })
    .regex(pattern, { error: expected(wanted) });
}

/**
 * A text that `parse` turns into a value, or into null when it cannot. `title` names it in the reference,
 * `pattern` is for editors.
 */
export function parsed<T>(
  title: string,
  wanted: string,
  parse: (text: string) => T | null,
  pattern: RegExp,
): Parsed<T> {
  return z
    .string({ error: expected(wanted) })
    .meta({ title, pattern: pattern.source })
    .transform((input, context) => {
      const value = parse(input);
      if (value !== null) return value;
      context.addIssue(`expected ${wanted}, got ${quote(input)}`);
      return z.NEVER;
    });
}

/** A map that takes no other keys; the message has one line for each unknown key, in the issue's order. */
export function map<Shape extends z.core.$ZodLooseShape>(
  shape: Shape,
): z.ZodObject<Shape, z.core.$strict> {
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === "unrecognized_keys"
        ? issue.keys.map((key) => unknownKey(key, Object.keys(shape))).join("\n")
        : undefined,
  });
}

export function wholeNumber(least: number, most: number): z.ZodInt {
  return z.int().min(least).max(most);
}

/** Any text but NUL, which no command line, environment or path can carry. */
export const plain: z.ZodString = z
  .string()
  .refine((value) => !value.includes("\0"), { error: "a NUL character cannot be passed on" });
export const line: Text = text("one line of text", RegExp(`^(?=.*\\S)${VISIBLE}+$`));
export const path: Text = text("a path", RegExp(`^${VISIBLE}+$`));
export const insidePath: Text = text(
  "an absolute path inside the container",
  RegExp(`^/${VISIBLE}*$`),
);
export const mountPoint: Text = text(
  "an absolute path inside the container, other than /",
  RegExp(`^/+(?!/)${VISIBLE}+$`),
);
export const imageName: Text = text("an image such as postgres:17", /^[a-zA-Z0-9][\w./:@+-]*$/);
export const word: Text = text(
  "a name of letters, digits, dots, dashes and underscores",
  /^[a-zA-Z0-9][\w.-]*$/,
);
export const host: Text = text(
  "a host name of small letters, digits and dashes",
  /^[a-z0-9][a-z0-9_-]*$/,
);
export const user: Text = text('a user such as "1000:1000"', /^\w[\w.-]*(:\w[\w.-]*)?$/);
export const platform: Text = text(
  "a platform such as linux/amd64",
  /^[a-z0-9]+(\/[a-z0-9_]+){1,2}$/,
);
export const port: z.ZodInt = wholeNumber(1, 65535);
export const requestPath: Text = text("a path that starts with /", RegExp(`^/${VISIBLE}*$`));
export const token: Text = text("an HTTP token", /^[\w!#$%&'*+.^`|~-]+$/);
export const headerValue: Text = text("a header value on one line", /^[\t -~\u00a0-\u00ff]*$/);
export const duration: Parsed<number> = parsed(
  "duration",
  "a duration such as 250ms, 5s or 2m",
  parseDuration,
  DURATION,
);
/** The engine takes no limit under 6 MiB. */
export const memory: Parsed<number> = parsed(
  "size",
  "a size of at least 6m, such as 512m or 500 MB",
  (value) => {
    const size = parseSize(value);
    return size !== null && size >= 6 * 1024 ** 2 ? size : null;
  },
  SIZE,
);
export const strings: z.ZodRecord<z.ZodString, z.ZodString> = z.record(
  text('a name without "="', RegExp(`^(?:(?!=)${VISIBLE})+$`)),
  plain,
);

/** A regular expression of JavaScript; it stays a text. */
export const regex: z.ZodString = z
  .string()
  .superRefine((value, context) => {
    try {
      RegExp(value);
    } catch (error) {
      const reason = String(error)
        .replace(/^.*\/: /s, "")
        .toLowerCase();
      context.addIssue(`invalid regular expression ${quote(value)}: ${reason}`);
    }
  })
  .meta({ title: "pattern", format: "regex" });

const KEYS: readonly string[] = [
  ..."enter tab shift-tab escape space backspace delete insert up down left right".split(" "),
  ..."home end page-up page-down ctrl-space".split(" "),
  ...Array.from({ length: 12 }, (_, index) => `f${index + 1}`),
  ...Array.from("abcdefghijklmnopqrstuvwxyz[\\]^_", (letter) => `ctrl-${letter}`),
];
/** A named key, a single character as it is, or either of them with `alt-` before it. */
export const key: z.ZodString = z
  .string()
  .superRefine((value, context) => {
    const bare = value.replace(/^(alt-)+(?=.)/, "");
    if (KEYS.includes(bare) || [...bare].length === 1) return;
    context.addIssue(`unknown key ${quote(value)}${suggestion(value, KEYS)}`);
  })
  .meta({ title: "key", anyOf: [{ enum: KEYS }, { pattern: "^(alt-.+|.)$" }] });

/** Linux, signal(7): the container is Linux whatever the host is. */
const SIGNALS =
  "HUP INT QUIT ILL TRAP ABRT BUS FPE KILL USR1 SEGV USR2 PIPE ALRM TERM STKFLT CHLD CONT STOP TSTP TTIN TTOU URG XCPU XFSZ VTALRM PROF WINCH IO PWR SYS";
export const signal: z.ZodEnum<Record<string, string>> = z
  .enum(
    SIGNALS.split(" ").map((name) => `SIG${name}`),
    {
      error: ({ input }) =>
        typeof input === "string" ? undefined : expected("a signal such as SIGTERM")({ input }),
    },
  )
  .meta({ title: "signal" });
