import { expect, test } from "vitest";
import { canonical } from "../../../src/compare/noise/canonical.ts";

const body = (value: string): string => canonical("http.body", value);

test("white space and the order of keys are no part of a JSON body", () => {
  expect(body('{"b": [1, {"d": null, "c": "x"}], "a": true}\n')).toBe(
    body('{"a":true,"b":[1,{"c":"x","d":null}]}'),
  );
});

test.each([
  ["another value", '{"total": 7}', '{"total": 8}'],
  ["another order in an array", "[1, 2]", "[2, 1]"],
  ["a number beyond what a double holds", "[9007199254740993]", "[9007199254740992]"],
  ["another spelling of a number", "[1]", "[1.0]"],
  ["a number as text", '["1"]', "[1]"],
  ["a key more", '{"a": 1}', '{"a": 1, "b": null}'],
  ["a key of another name", '{"__proto__": 1}', '{"proto": 1}'],
])("%s is another body", (_, one, other) => {
  expect(body(one)).not.toBe(body(other));
});

test("what is no JSON document stays as it is, and so do other facts", () => {
  expect(body("{ not json")).toBe("{ not json");
  expect(body(" 1")).toBe(" 1");
  expect(canonical("stdout", '{"b":1,"a":2}')).toBe('{"b":1,"a":2}');
});
