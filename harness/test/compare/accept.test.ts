import { describe, expect, test } from "vitest";
import { acceptDifferences } from "../../src/compare/accept.ts";
import type { Accept } from "../../src/model/contract.ts";
import type { Difference } from "../../src/model/result.ts";

function difference(probe: string, fact: string): Difference {
  return { probe, fact, baseline: "a", candidate: "b", causes: [], accepted: null };
}

function rule(fact: string, candidate: string | null = null, reason = "wanted"): Accept {
  return { fact, candidate, reason };
}

/** Whether a pattern accepts a difference. */
function accepts(pattern: string, probe: string, fact: string): boolean {
  const [judged] = acceptDifferences([difference(probe, fact)], [rule(pattern)], "multi");
  return judged?.accepted === "wanted";
}

describe("FACT accepts the fact of whatever probe", () => {
  test.each([
    ["config.user", "image", "config.user", true],
    ["config.user", "image", "config.users", false],
    ["config.user", "image", "xconfig.user", false],
    ["config.user", "image", "configxuser", false],
    ["http.header.server", "greets", "http.header.server", true],
    ["http.header.server", "says goodbye", "http.header.server", true],
    ["http.header.server", "greets", "http.header.date", false],
    ["exit.code", "adds and leaves", "exit.code", true],
    ["files./app/a+b (1).txt", "assets", "files./app/a+b (1).txt", true],
    ["greets", "greets", "http.status", false],
  ])("%s on %s/%s: %s", (pattern, probe, fact, expected) => {
    expect(accepts(pattern, probe, fact)).toBe(expected);
  });
});

describe("PROBE/FACT accepts it of that probe only", () => {
  test.each([
    ["greets/http.header.server", "greets", "http.header.server", true],
    ["greets/http.header.server", "leaves", "http.header.server", false],
    ["answers v1.2 (beta)/stdout", "answers v1.2 (beta)", "stdout", true],
    ["answers v1.2/stdout", "answers v1x2", "stdout", false],
    ["GET /about/http.status", "GET /about", "http.status", true],
    ["GET /about/http.status", "GET /", "about/http.status", false],
    ["assets/files./app/x.css", "assets", "files./app/x.css", true],
    ["image/config.user", "image", "config.user", true],
  ])("%s on %s/%s: %s", (pattern, probe, fact, expected) => {
    expect(accepts(pattern, probe, fact)).toBe(expected);
  });
});

describe("* stands for one segment", () => {
  test.each([
    ["http.header.*", "greets", "http.header.server", true],
    ["http.header.*", "greets", "http.header.content-type", true],
    ["http.*", "greets", "http.header.server", false],
    ["http.*", "greets", "http.status", true],
    ["*.code", "adds", "exit.code", true],
    ["config.env.PY*", "image", "config.env.PYTHONPATH", true],
    ["config.env.PY*", "image", "config.env.PATH", false],
    ["files./app/*/x", "assets", "files./app/static/x", true],
    ["files./app/*/x", "assets", "files./app/a/b/x", false],
    ["greets/http.header.*", "greets", "http.header.date", true],
    ["*", "adds", "stdout", true],
    ["*", "adds", "exit.code", false],
    // A probe's name is one segment, whatever it holds.
    ["*/exit.code", "adds", "exit.code", true],
    ["*/stdout", "answers v1.2", "stdout", true],
    ["*/http.status", "GET /about.html", "http.status", true],
    ["GET */http.status", "GET /about.html", "http.status", true],
    ["GET */http.status", "POST /about.html", "http.status", false],
    ["*/http.*", "GET /", "http.body", true],
    ["*/http.*", "GET /", "http.header.date", false],
  ])("%s on %s/%s: %s", (pattern, probe, fact, expected) => {
    expect(accepts(pattern, probe, fact)).toBe(expected);
  });
});

describe("** stands for several", () => {
  test.each([
    ["http.**", "greets", "http.header.server", true],
    ["files.**", "assets", "files./app/a/b.c", true],
    ["files./app/**", "assets", "files./app/a/b.c", true],
    ["files./app/**/c", "assets", "files./app/a/b/c", true],
    ["greets/**", "greets", "http.header.server", true],
    ["greets/**", "leaves", "http.header.server", false],
    ["**/stdout", "GET /a.b", "stdout", true],
    ["**", "anything", "files./x\ny", true],
    ["log.**", "container", "log.stdout", true],
    ["log.**", "container", "exit.code", false],
  ])("%s on %s/%s: %s", (pattern, probe, fact, expected) => {
    expect(accepts(pattern, probe, fact)).toBe(expected);
  });
});

test("a rule for one candidate says nothing of another", () => {
  const rules = [rule("config.user", "minimal", "runs as nonroot")];
  const differences = [difference("image", "config.user")];
  expect(acceptDifferences(differences, rules, "minimal")[0]?.accepted).toBe("runs as nonroot");
  expect(acceptDifferences(differences, rules, "multi")[0]?.accepted).toBeNull();
});

test("the first rule that matches gives the reason, and the rest of the difference stays", () => {
  const given = difference("image", "config.user");
  expect(
    acceptDifferences(
      [given, difference("a", "stdout")],
      [rule("x"), rule("config.*", null, "first"), rule("config.user", null, "second")],
      "multi",
    ),
  ).toEqual([{ ...given, accepted: "first" }, difference("a", "stdout")]);
});
