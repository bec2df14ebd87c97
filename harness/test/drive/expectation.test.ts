import { expect, test } from "vitest";
import { unmet } from "../../src/drive/expectation.ts";
import type { Expectation } from "../../src/model/contract.ts";
import { probeOf } from "./local.ts";

function messages(
  expectation: Expectation,
  values: Record<string, string>,
  kind: "http" | "command" | "stop" | "tcp" = "http",
): string[] {
  const facts = Object.entries(values).map(([fact, value]) => ({ probe: "probe", fact, value }));
  return unmet(probeOf(kind, { expect: expectation }), facts).map((it) => it.message);
}

const answer = {
  "http.status": "200",
  "http.header.content-type": "application/json",
  "http.body": '{"a": [1, {"b": null}]}',
};

test("what is met is silent", () => {
  expect(
    messages(
      {
        status: 200,
        header: { "Content-Type": "application/json" },
        body: '{"a": [1, {"b": null}]}',
        bodyMatches: '"b": ?null',
        json: { a: [1, { b: null }] },
      },
      answer,
    ),
  ).toEqual([]);
  expect(messages({}, {})).toEqual([]);
});

test("what is not met is told in one line", () => {
  expect(
    messages(
      {
        status: 500,
        header: { "content-type": "text/html", "x-own": "1" },
        body: "no\n",
        bodyMatches: "^b",
        json: { a: [1, { b: 0 }] },
      },
      answer,
    ),
  ).toEqual([
    "status is 200, expected 500",
    'header content-type is "application/json", expected "text/html"',
    "header x-own is not there, expected 1",
    'body is "{\\"a\\": [1, {\\"b\\": null}]}", expected "no\\n"',
    'bodyMatches is "{\\"a\\": [1, {\\"b\\": null}]}", expected a match of /^b/',
    'json is "{\\"a\\": [1, {\\"b\\": null}]}", expected "{\\"a\\":[1,{\\"b\\":0}]}"',
  ]);
});

test("the expectation is named as in the contract", () => {
  const [first] = unmet(probeOf("http", { expect: { header: { "X-A": "1" } } }), []);
  expect(first).toMatchObject({ probe: "probe", expectation: "header X-A" });
});

test("an error tells why there is nothing", () => {
  expect(messages({ status: 200 }, { "http.error": "ECONNREFUSED" })).toEqual([
    "status is not there (ECONNREFUSED), expected 200",
  ]);
});

test("each kind of probe is held against its own facts", () => {
  const ran = { "exit.code": "0", stdout: "3\n", stderr: "" };
  expect(
    messages({ exit: 0, stdout: "3\n", stdoutMatches: "^\\d", stderr: "" }, ran, "command"),
  ).toEqual([]);
  expect(
    messages({ exit: 1, stdoutMatches: "x", stderrMatches: "x" }, ran, "command"),
  ).toHaveLength(3);
  expect(messages({ exit: 0 }, { "stop.code": "143" }, "stop")).toEqual([
    "exit is 143, expected 0",
  ]);
  expect(messages({ exit: 0 }, { "exit.code": "none (still running)" }, "command")).toEqual([
    'exit is "none (still running)", expected 0',
  ]);
  expect(messages({ reply: "PONG", replyMatches: "NG$" }, { "tcp.reply": "PONG" }, "tcp")).toEqual(
    [],
  );
});

test("a body that is no JSON is not equal to any value", () => {
  expect(messages({ json: null }, { "http.body": "" })).toHaveLength(1);
  expect(messages({ json: "null" }, { "http.body": "null" })).toHaveLength(1);
});

test("a long value is shortened", () => {
  const [message] = messages({ body: "x" }, { "http.body": "y".repeat(1_000_000) });
  expect(message).toBe(`body is "${"y".repeat(80)}…", expected x`);
});

test("facts of another probe do not count", () => {
  const facts = [{ probe: "other", fact: "http.status", value: "200" }];
  expect(unmet(probeOf("http", { expect: { status: 200 } }), facts)).toHaveLength(1);
});
