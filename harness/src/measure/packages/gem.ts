import type { EntryReader } from "../tar/tar-reader.ts";
import { wholeReader } from "../bytes/lines.ts";
import type { Add } from "./package.ts";

/** `s.name = "rake".freeze`, in RubyGems' older files `%q{rake}`; the variable is what its author called it. */
const NAME = field("name", String.raw`[\w.-]+`);
/** A version may be wrapped: `Gem::Version.new("1.2")`. */
const VERSION = field("version", String.raw`[\w.-]+`);

/** Reads a gem's installed specification: Ruby code, but written by RubyGems itself in one form (Gem::Specification#to_ruby). */
export function gemReader(add: Add): EntryReader {
  return wholeReader((text) => {
    add({ name: NAME.exec(text)?.[1], version: VERSION.exec(text)?.[1] });
  });
}

function field(name: string, value: string): RegExp {
  return new RegExp(
    String.raw`^[ \t]{0,16}\w{1,32}\.${name}[ \t]*=[ \t]*(?:Gem::Version\.new[ (]+)?(?:["']|%q[{(<\[])(${value})["'})>\]]`,
    "m",
  );
}
