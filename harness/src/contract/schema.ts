/**
 * The shape of parity.yaml, with descriptions that are also its reference documentation.
 * What one key means for another is told in rules.ts.
 */
import { z } from "zod";
import type { Bound, Claim } from "../model/contract.ts";
import { fuzz } from "./fuzz.ts";
import { probe } from "./probe.ts";
import { run, services, source } from "./run.ts";
import { line, map, parsed, text, VISIBLE, word } from "./text.ts";
import { parseCountBound, parseSizeBound, SIZE_BOUND } from "./units.ts";
import { got } from "./words.ts";

const size = parsed(
  "bound",
  SIZE_BOUND,
  (written) => withText(written, parseSizeBound(written)),
  /^(smaller|< ?\d+(\.\d+)? ?(%|[bkmgBKMG]|[kmgKMG][bB]))$/,
);
const count = parsed(
  "bound",
  '"fewer" or a bound such as "< 20"',
  (written) => withText(written, parseCountBound(written)),
  /^(fewer|< ?\d+)$/,
);

function withText(text: string, bound: Bound | null): Claim | null {
  return bound && { text, bound };
}

const claims = map({
  size: size
    .optional()
    .describe('Unpacked bytes against the baseline: `"< 25%"`, `"< 30 MB"` or `smaller`.'),
  transfer: size.optional().describe("Compressed bytes, in the same forms."),
  packages: count
    .optional()
    .describe('Installed packages: `"< 20"`, or `fewer` than the baseline.'),
  absent: z
    .array(z.enum(["shell", "package-manager", "compiler", "sources"]))
    .prefault([])
    .describe("What the candidate must not contain."),
  user: z.enum(["non-root"]).optional().describe("The candidate must not run as root."),
}).meta({
  id: "claims",
  title: "claims",
  description: "What every candidate must be, beyond behaving like the baseline.",
});

const accept = map({
  fact: text(
    "FACT or PROBE/FACT, where * is one segment and ** several",
    RegExp(`^(?!\\s)(?!.*\\s$)(?!.*[^./]\\*\\*)(?!.*\\*\\*[^./])${VISIBLE}+$`),
  ).describe("FACT or PROBE/FACT; `*` matches one segment, `**` several."),
  reason: line.describe("Why it is wanted; shown in every report."),
  candidate: word.optional().describe("The one candidate it is for; all of them when not given."),
}).meta({
  id: "accept",
  title: "An accepted difference",
  description: "A difference that is wanted. It is reported all the same.",
});

function unknownVersion(input: unknown): string {
  if (input === undefined) return 'missing key "version"';
  return `unknown version ${typeof input === "number" ? input : got(input)}`;
}

const version = z.literal(1, {
  error: ({ input }) => `${unknownVersion(input)}; this slimproof knows version 1`,
});

export const contract = map({
  version: version.describe("The version of this format."),
  name: line.optional().describe("The contract's name; the folder's when not given."),
  baseline: source.describe("The image that is trusted to behave rightly."),
  candidates: z
    .union([z.array(source).min(1), z.record(word, source)])
    .describe(
      "The images that must behave like it: a list, whose entries are named after the ending of their Dockerfile, or a map from name to image.",
    ),
  run: run.prefault({}).describe("How their containers are run."),
  services: services.prefault({}).describe("What they need beside them, by name."),
  probes: z
    .array(probe)
    .prefault([])
    .describe("What is done to each of them, in this order, but `stop` last."),
  fuzz: z.array(fuzz).prefault([]).describe("Stimuli to generate."),
  claims: claims.prefault({}).describe("What the candidates must be."),
  accept: z.array(accept).prefault([]).describe("Differences that are wanted."),
}).meta({ id: "contract", title: "parity.yaml", description: "A parity contract." });

/** A contract as its file states it: units converted and simple defaults filled in, names and paths not yet resolved. */
export type Written = z.output<typeof contract>;

/** The JSON Schema (draft 7, which every editor reads) of parity.yaml, for editors. */
export function contractJsonSchema(): object {
  return z.toJSONSchema(contract, { io: "input", target: "draft-7" });
}
