import { InvalidArgumentError } from "commander";

/** A value of an option that may be given several times. */
export function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

/** Reads a whole number from `least` to `most`. Throws commander's InvalidArgumentError for all else. */
export function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() === "" || !Number.isInteger(value) || value < least || value > most)
      throw new InvalidArgumentError(`it takes a whole number from ${least} to ${most}`);
    return value;
  };
}
