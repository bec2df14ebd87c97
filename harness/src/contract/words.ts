import type { z } from "zod";
import { suggestion } from "./nearest.ts";

const TYPES: Readonly<Record<string, string>> = {
  string: "a text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  object: "a map",
  record: "a map",
  array: "a list",
};

/** A value as an error message names it, on one line and cut at 60 characters: `the number 5`, `"abc"`, `a list`. */
export function got(value: unknown): string {
  if (value === null) return "nothing";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "string") return quote(value);
  if (typeof value === "number") return `the number ${value}`;
  return typeof value === "object" ? "a map" : String(value);
}

/** A text in double quotes, control characters escaped, cut at 60 characters. */
export function quote(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 59)}…` : text);
}

/** How to make a text of what YAML read as a number, true or false. */
export function inQuotes(value: unknown): string {
  return typeof value === "number" || typeof value === "boolean" ? "; put it in quotes" : "";
}

/** The line for a key that a map does not have. */
export function unknownKey(key: string, valid: readonly string[]): string {
  return `unknown key ${quote(key)}${suggestion(key, valid)}`;
}

/** Zod's finding in this project's words; a schema that words its own error comes first. */
export function words(issue: z.core.$ZodRawIssue): string {
  const { input } = issue;
  if (input === undefined) return `missing key ${quote(String(issue.path?.at(-1)))}`;
  switch (issue.code) {
    case "invalid_type":
      return wrongType([issue.expected], input);
    case "invalid_union":
      return wrongType(issue.errors.flatMap(expectedTypes), input);
    case "invalid_value": {
      const options = issue.values.map(String);
      if (typeof input === "string")
        return `unknown value ${quote(input)}${suggestion(input, options)}`;
      return `expected one of ${options.join(", ")}, got ${got(input)}`;
    }
    case "invalid_key":
      return issue.issues.map(({ message }) => message).join("; ");
    case "too_small":
      if (issue.origin === "array") return "expected at least one item, got none";
      if (issue.origin === "string") return "expected a text that is not empty";
      return `expected at least ${issue.minimum}, got ${got(input)}`;
    case "too_big":
      return `expected at most ${issue.maximum}, got ${got(input)}`;
    default:
      return issue.message ?? `unusable value: ${got(input)}`;
  }
}

function wrongType(expected: readonly string[], input: unknown): string {
  const names = [...new Set(expected.map((type) => TYPES[type] ?? type))];
  const hint = names.includes("a text") ? inQuotes(input) : "";
  return `expected ${names.join(" or ")}, got ${got(input)}${hint}`;
}

/** The types that the branches of a union ask of the value itself, unions within unions included. */
export function expectedTypes(issues: readonly z.core.$ZodIssue[]): string[] {
  return issues.flatMap((issue) => {
    if (issue.path.length > 0) return [];
    if (issue.code === "invalid_type") return [issue.expected];
    return issue.code === "invalid_union" ? issue.errors.flatMap(expectedTypes) : [];
  });
}
