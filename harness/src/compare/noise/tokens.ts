/** What a token is, told by its form alone. Tokens of one kind may stand for each other where a value is noise. */
export type TokenKind = (typeof TOKEN_KINDS)[number];
export const TOKEN_KINDS = [
  "uuid",
  "date",
  "time",
  "address",
  "pointer",
  "duration",
  "number",
  "hex",
  "id",
  "word",
  "escape",
  "space",
  "mark",
] as const;

export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
}

const MONTH = "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)";
const DAY = "(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)";
const CLOCK = String.raw`\d{1,2}:\d\d(?::\d\d)?(?:[.,]\d{1,9})?`;
const ZONE = String.raw`(?: ?(?:Z|UTC|GMT|[+-]\d\d:?\d\d))?`;
const IPV4 = String.raw`\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}`;

/** First match wins: RFC 3339, Go's log, RFC 9110, ctime(3), the common log format; RFC 9562; RFC 4291 where it is plain. */
const FORMS: readonly (readonly [TokenKind, string])[] = [
  ["uuid", String.raw`[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}(?!\w)`],
  ["date", String.raw`\d{4}[-/]\d\d[-/]\d\d(?:[T ]${CLOCK}${ZONE})?(?!\w)`],
  ["date", String.raw`${DAY}[a-z]*,? \d{1,2}[ -]${MONTH}[ -]\d{2,4} ${CLOCK}${ZONE}(?!\w)`],
  ["date", String.raw`${DAY} ${MONTH} [ \d]\d ${CLOCK}(?: [A-Z]{3,4}| [+-]\d{4})? \d{4}(?!\w)`],
  ["date", String.raw`\d\d/${MONTH}/\d{4}[: ]${CLOCK}(?: [+-]\d{4})?(?!\w)`],
  ["time", String.raw`${CLOCK}${ZONE}(?![\w:])`],
  ["address", String.raw`${IPV4}(?::\d{1,5})?(?![\w.])`],
  ["address", String.raw`(?:[0-9a-fA-F]{1,4}:){7}[0-9a-fA-F]{1,4}(?![\w:])`],
  ["address", String.raw`(?:[0-9a-fA-F]{2}:){5}[0-9a-fA-F]{2}(?![\w:])`],
  ["pointer", String.raw`0x[0-9a-fA-F]+(?!\w)`],
  ["duration", String.raw`(?:\d+(?:\.\d+)?(?:ns|µs|μs|us|ms|s|m|h))+(?!\w)`],
  ["duration", String.raw`\d+(?:\.\d+)? ?(?:nano|micro|milli)?seconds?(?!\w)`],
  ["number", String.raw`\d+(?:\.\d+)?(?:[eE][+-]?\d+)?(?!\w)`],
  ["hex", String.raw`(?=[a-fA-F]*\d)(?:[0-9a-f]{7,}|[0-9A-F]{7,})(?!\w)`],
  ["id", String.raw`(?=[\p{L}_]*\p{N}|[a-z_]+[A-Z]|[A-Z_]+[a-z]+[A-Z])[\p{L}\p{N}_]+`],
  ["word", String.raw`[\p{L}\p{N}_]+`],
  // CSI and OSC sequences, and two-byte escapes (ECMA-48).
  ["escape", String.raw`\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\-_])`],
  ["space", String.raw`[^\S\r\n]+`],
  ["space", String.raw`\r*\n`],
];

const LEXER = new RegExp(FORMS.map(([, form]) => `(${form})`).join("|"), "suy");

/** Cuts a text into tokens: joined, they are the text again. Dates, ids and addresses are one token each. */
export function tokens(text: string): readonly Token[] {
  const found: Token[] = [];
  for (let at = 0; at < text.length;) {
    LEXER.lastIndex = at;
    const match = LEXER.exec(text);
    if (match && match[0] !== "") {
      const form = match.findIndex((group, index) => index > 0 && group !== undefined);
      found.push({ kind: FORMS[form - 1]?.[0] ?? "mark", text: match[0] });
    } else {
      found.push({ kind: "mark", text: String.fromCodePoint(text.codePointAt(at) ?? 0) });
    }
    at += found.at(-1)?.text.length ?? 1;
  }
  return found;
}
