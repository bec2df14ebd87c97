/** Differential fuzzing: generated stimuli, told by templates. */
import { z } from "zod";
import { line, map, port, text, token, VISIBLE, wholeNumber } from "./text.ts";

export const FUZZ_KINDS = ["terminal", "http"] as const;
/** Placeholders that need no word list under `with`. */
export const BUILT_IN: readonly string[] = ["int", "float", "text", "unicode", "bytes", "word"];
/** How often each kind of entry draws, and how often when the contract does not say. */
export const DRAWS = {
  terminal: { sessions: 20, linesPerSession: 25 },
  http: { requests: 200 },
} as const;

const terminal = map({
  after: z.string().min(1).describe("The prompt that is waited for before each line."),
  lines: z
    .array(text("a template on one line", /^[^\r\n]*$/))
    .min(1)
    .describe("Templates of the lines typed."),
  end: z.string().optional().describe("The line that ends a session."),
}).meta({ id: "fuzz-terminal", title: "terminal of fuzz", description: "Sessions in a terminal." });

const http = map({
  port: port
    .optional()
    .describe("Port inside the container; when not given, the port of `run.ready`."),
  paths: z
    .array(text("a template that starts with /", RegExp(`^/${VISIBLE}*$`)))
    .min(1)
    .describe("Templates of the paths asked for."),
  methods: z.array(token).min(1).prefault(["GET"]).describe("The methods used."),
}).meta({
  id: "fuzz-http",
  title: "http of fuzz",
  description: "Requests to the running container.",
});

export const fuzz = map({
  name: line.describe("Its name in every report, unique among probes and fuzz entries."),
  terminal: terminal.optional().describe("Lines typed in a terminal."),
  http: http.optional().describe("Requests over HTTP."),
  with: z
    .record(text("a name such as op", /^[a-zA-Z][\w-]*$/), z.array(z.string()).min(1))
    .prefault({})
    .describe("Words of one's own: `{op}` in a template stands for one of `with.op`."),
  sessions: wholeNumber(1, 100_000)
    .optional()
    .describe(`terminal: how many sessions; ${DRAWS.terminal.sessions} when not given.`),
  linesPerSession: wholeNumber(1, 100_000)
    .optional()
    .describe(`terminal: lines of each; ${DRAWS.terminal.linesPerSession} when not given.`),
  requests: wholeNumber(1, 1_000_000)
    .optional()
    .describe(`http: how many requests; ${DRAWS.http.requests} when not given.`),
}).meta({
  id: "fuzz",
  title: "A fuzz entry",
  description:
    "Generated stimuli, the same for every image: exactly one of `terminal` and `http`. A template may hold `{int}`, `{float}`, `{text}`, `{unicode}`, `{bytes}`, `{word}` and the names under `with`.",
  oneOf: FUZZ_KINDS.map((key) => ({ required: [key] })),
});
export type FuzzEntry = z.output<typeof fuzz>;
