/**
 * Generated stimuli for both images of a pair, and the smallest on which they differ. What a template means is told here;
 * how it is put to a program, in the other files; what differs is judged by compare/.
 */
import fc from "fast-check";

/** Where programs, languages and their conversions change their minds: limits of 8 to 64 bits, signs, forms of zero. */
const NUMBERS = [
  "0",
  "-0",
  "+0",
  "00",
  "1",
  "-1",
  "+1",
  "007",
  "127",
  "128",
  "255",
  "256",
  "32767",
  "32768",
  "65535",
  "65536",
  "2147483647",
  "2147483648",
  "-2147483648",
  "-2147483649",
  "4294967295",
  "4294967296",
  "9007199254740991",
  "9007199254740993",
  "9223372036854775807",
  "9223372036854775808",
  "-9223372036854775808",
  "-9223372036854775809",
  "18446744073709551615",
  "18446744073709551616",
  "1_000",
  "0x10",
  "1e3",
  "٣",
];

const int = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: -100, max: 100 }).map(String) },
  { weight: 2, arbitrary: fc.constantFrom(...NUMBERS) },
  { weight: 2, arbitrary: fc.bigInt({ min: -(2n ** 66n), max: 2n ** 66n }).map(String) },
);
const float = fc.oneof(
  { weight: 3, arbitrary: fc.double({ noNaN: true, noDefaultInfinity: true }).map(String) },
  {
    weight: 1,
    arbitrary: fc.constantFrom("0.1", "-0.0", ".5", "5.", "1e400", "NaN", "Infinity", "1,5"),
  },
);
/** Printable ASCII and tabs. */
const text = fc.oneof(
  {
    weight: 9,
    arbitrary: fc.string({
      unit: fc.oneof(
        { weight: 30, arbitrary: fc.string({ minLength: 1, maxLength: 1 }) },
        { weight: 1, arbitrary: fc.constant("\t") },
      ),
      maxLength: 40,
    }),
  },
  // Buffers have limits at 4 KiB (a terminal's line), 64 KiB (Go's bufio.Scanner, a pipe) and around.
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 90_000 }).map((length) => "a".repeat(length)) },
);
const unicode = fc.string({ unit: "grapheme", maxLength: 20 }).map(oneLine);
/** Any bytes, each as the character of that number; how they are sent is the sender's affair. */
const bytes = fc
  .array(fc.integer({ min: 0, max: 255 }), { maxLength: 30 })
  .map((all) => oneLine(String.fromCharCode(...all)));
const word = fc.stringMatching(/^[a-z]{1,10}$/);

const BUILT_IN: Readonly<Record<string, fc.Arbitrary<string>>> = {
  int,
  float,
  text,
  unicode,
  bytes,
  word,
};

/** Once in a while what separates is something else, or is there twice, or not at all. */
const separator = fc.oneof(
  { weight: 8, arbitrary: fc.constant(" ") },
  { weight: 1, arbitrary: fc.constantFrom("\t", "  ", "", "\u00a0") },
);

/**
 * What a template of the contract stands for: `{int}` and its like, the names under `with`, and the text between them.
 * Each shrinks to what is plain and short.
 */
export function fromTemplate(
  template: string,
  words: Readonly<Record<string, readonly string[]>>,
): fc.Arbitrary<string> {
  const parts: fc.Arbitrary<string>[] = [];
  for (const part of template.split(/(\{[\w-]+\}| )/)) {
    const name = /^\{(.*)\}$/.exec(part)?.[1];
    const own = name === undefined || !Object.hasOwn(words, name) ? undefined : words[name];
    if (part === " ") parts.push(separator);
    else if (own) parts.push(fc.constantFrom(...own));
    else if (name !== undefined && Object.hasOwn(BUILT_IN, name))
      parts.push(BUILT_IN[name] ?? word);
    else if (part !== "") parts.push(fc.constant(part));
  }
  return fc.tuple(...parts).map((all) => all.join(""));
}

function oneLine(value: string): string {
  return value.replaceAll(/[\r\n]/g, "");
}
