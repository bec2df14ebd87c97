/** What a probe may be: its kinds, their keys, and which expectations go with which kind. */
import { z } from "zod";
import {
  duration,
  headerValue,
  insidePath,
  key,
  line,
  map,
  plain,
  port,
  regex,
  signal,
  strings,
  requestPath,
  token,
  wholeNumber,
} from "./text.ts";
import { got } from "./words.ts";

/** The expectations that each kind of probe can be held to. */
export const EXPECTATIONS = {
  http: ["status", "header", "body", "bodyMatches", "json"],
  terminal: [],
  command: ["exit", "stdout", "stdoutMatches", "stderr", "stderrMatches"],
  exec: ["exit", "stdout", "stdoutMatches", "stderr", "stderrMatches"],
  files: [],
  stop: ["exit"],
  tcp: ["reply", "replyMatches"],
} as const satisfies Record<string, readonly string[]>;

export type ProbeKind = keyof typeof EXPECTATIONS;
export const PROBE_KINDS: readonly ProbeKind[] = Object.keys(EXPECTATIONS) as ProbeKind[];
export const STEP_KINDS = ["expect", "type", "press", "resize", "exit"] as const;

const defaultPort = "Port inside the container; when not given, the port of `run.ready`.";

const http = map({
  path: requestPath.describe(
    "Path and query; what a URL cannot hold is sent as %XX. Redirects are not followed.",
  ),
  port: port.optional().describe(defaultPort),
  method: token.prefault("GET").describe("The method."),
  headers: z
    .record(token, headerValue)
    .prefault({})
    .describe("Headers sent on top of those that HTTP itself needs."),
  body: z.string().optional().describe("The request's body, a literal text."),
  json: z
    .unknown()
    .exactOptional()
    .describe(
      "A value sent as JSON instead of `body`, with `content-type: application/json` unless `headers` says otherwise.",
    ),
  parallel: wholeNumber(1, 1000)
    .prefault(1)
    .describe("How many identical requests are sent at once. (An addition to version 1.)"),
}).meta({
  id: "http",
  title: "http",
  description: "One HTTP request to the running container.",
});

export const step = map({
  expect: z
    .union([z.string().min(1), map({ matches: regex.describe("A pattern instead of a text.") })])
    .optional()
    .describe("Waits until the program has written this text, or what `{ matches: … }` describes."),
  type: z.string().optional().describe("Types the text and Enter."),
  press: key
    .optional()
    .describe(
      "Presses one key: `ctrl-a` … `ctrl-z`, `enter`, `tab`, `escape`, `space`, `backspace`, `delete`, `up`, `down`, `left`, `right`, `home`, `end`, `page-up`, `page-down`, `f1` … `f12`. (Additions to version 1: `shift-tab`, `insert`, `ctrl-space`, `ctrl-[`, `ctrl-\\`, `ctrl-]`, `ctrl-^`, `ctrl-_`, `alt-KEY`, and a single character without Enter.)",
    ),
  resize: map({
    columns: wholeNumber(1, 1000).describe("Columns."),
    rows: wholeNumber(1, 1000).describe("Rows."),
  })
    .optional()
    .describe("Gives the terminal another size; it starts with 120 columns and 30 rows."),
  exit: z
    .union([
      wholeNumber(0, 255),
      z.literal("any", {
        error: ({ input }) => `expected a code from 0 to 255, or any, got ${got(input)}`,
      }),
    ])
    .optional()
    .describe("Waits for the program's end with this code; `any` takes every code."),
}).meta({
  id: "step",
  title: "A step of terminal",
  description: "Exactly one of these keys.",
  oneOf: STEP_KINDS.map((name) => ({ required: [name] })),
});

const command = map({
  args: z
    .array(plain)
    .optional()
    .describe("Arguments in place of CMD; without them those of `run`."),
  stdin: z
    .string()
    .optional()
    .describe("What standard input holds before its end; without it there is no standard input."),
  env: strings.prefault({}).describe("Environment on top of `run.env`."),
}).meta({
  id: "command",
  title: "command",
  description: "A container of its own, without a terminal, run to its end.",
});

const stop = map({
  signal: signal.optional().describe("The signal; without it the image's STOPSIGNAL, or SIGTERM."),
  within: duration.optional().describe("How long the program may take to end; 10s when not given."),
}).meta({
  id: "stop",
  title: "stop",
  description: "Stops the running container and looks whether it ends by itself in time.",
});

const tcp = map({
  port: port.optional().describe(defaultPort),
  send: z.string().optional().describe("What is sent after connecting."),
  until: z
    .string()
    .min(1)
    .optional()
    .describe("The reply is read up to this text; without it to the end of the connection."),
}).meta({
  id: "tcp",
  title: "tcp",
  description: "One raw connection to the running container.",
});

export const expectation = map({
  status: wholeNumber(100, 599).exactOptional().describe("http: the status code."),
  header: z
    .record(token, z.string())
    .exactOptional()
    .describe("http: headers with exactly these values."),
  body: z.string().exactOptional().describe("http: the whole body."),
  bodyMatches: regex.exactOptional().describe("http: a pattern found in the body."),
  json: z.unknown().exactOptional().describe("http: the value that the body is, read as JSON."),
  exit: wholeNumber(0, 255)
    .exactOptional()
    .describe("command, exec: the exit code; stop too, as an addition to version 1."),
  stdout: z.string().exactOptional().describe("command, exec: the whole standard output."),
  stdoutMatches: regex
    .exactOptional()
    .describe("command, exec: a pattern found in standard output."),
  stderr: z.string().exactOptional().describe("command, exec: the whole standard error."),
  stderrMatches: regex
    .exactOptional()
    .describe("command, exec: a pattern found in standard error. (An addition to version 1.)"),
  reply: z.string().exactOptional().describe("tcp: the whole reply. (An addition to version 1.)"),
  replyMatches: regex
    .exactOptional()
    .describe("tcp: a pattern found in the reply. (An addition to version 1.)"),
}).meta({
  id: "expect",
  title: "expect",
  description: "What the baseline and every candidate must answer. All keys may be left out.",
});

export const probe = map({
  name: line.describe("Its name in every report; unique, and neither `image` nor `container`."),
  within: duration
    .optional()
    .describe(
      "The longest that one step of it may take; 10s when not given. (An addition to version 1.)",
    ),
  expect: expectation.prefault({}).describe("Expectations, held against both images."),
  http: http.optional().describe("An HTTP request."),
  terminal: z
    .array(step)
    .min(1)
    .optional()
    .describe(
      "A session in a terminal, in a container of its own run as `docker run -it`: its steps.",
    ),
  command: command.optional().describe("A run to the end without a terminal."),
  exec: z
    .array(plain)
    .min(1)
    .optional()
    .describe("A program and its arguments, run inside the running container."),
  files: z
    .array(insidePath)
    .min(1)
    .optional()
    .describe(
      "Files and folders of the image: contents, modes, owners and link targets are compared.",
    ),
  stop: stop.optional().describe("A stop of the running container."),
  tcp: tcp.optional().describe("A raw TCP exchange."),
}).meta({
  id: "probe",
  title: "A probe",
  description:
    "One stimulus. Exactly one of `http`, `terminal`, `command`, `exec`, `files`, `stop`, `tcp`.",
  oneOf: PROBE_KINDS.map((kind) => ({ required: [kind] })),
});
export type ProbeEntry = z.output<typeof probe>;
export type StepEntry = z.output<typeof step>;
