import fc from "fast-check";
import { Script } from "node:vm";
import { describe, expect, test } from "vitest";
import { InputError } from "../../src/model/error.ts";
import { canEdit, edited } from "../../src/rebuild/edit.ts";

const text = (path: string, content: string, mark = "a1-0-2"): string =>
  edited(path, Buffer.from(content), mark).toString();

describe("an edit", () => {
  test.each([
    ["app.py", "print(1)\n", "print(1)\n# slimproof rebuild a1-0-2\n"],
    ["src/main.go", "package main\n", "package main\n// slimproof rebuild a1-0-2\n"],
    ["go.mod", "module x\n", "module x\n// slimproof rebuild a1-0-2\n"],
    ["requirements.txt", "flask==3.1\n", "flask==3.1\n# slimproof rebuild a1-0-2\n"],
    ["pyproject.toml", "[project]\n", "[project]\n# slimproof rebuild a1-0-2\n"],
    ["Gemfile", "gem 'x'\n", "gem 'x'\n# slimproof rebuild a1-0-2\n"],
    ["Cargo.toml", "[package]\n", "[package]\n# slimproof rebuild a1-0-2\n"],
    ["main.rs", "fn main() {}\n", "fn main() {}\n// slimproof rebuild a1-0-2\n"],
    ["A.java", "class A {}\n", "class A {}\n// slimproof rebuild a1-0-2\n"],
    ["pom.xml", "<project/>\n", "<project/>\n<!-- slimproof rebuild a1-0-2 -->\n"],
    ["a.csproj", "<Project/>\n", "<Project/>\n<!-- slimproof rebuild a1-0-2 -->\n"],
    ["q.sql", "select 1;\n", "select 1;\n-- slimproof rebuild a1-0-2\n"],
    ["a.css", "a{}\n", "a{}\n/* slimproof rebuild a1-0-2 */\n"],
    ["a.erl", "-module(a).\n", "-module(a).\n% slimproof rebuild a1-0-2\n"],
    ["a.clj", "(+ 1)\n", "(+ 1)\n; slimproof rebuild a1-0-2\n"],
    ["Makefile", "all:\n", "all:\n# slimproof rebuild a1-0-2\n"],
  ])("of %s is a comment of its language", (path, before, after) => {
    expect(text(path, before)).toBe(after);
  });

  test("begins a line of its own, ends as the file's lines do, and can be made in an empty file", () => {
    expect(text("a.py", "x = 1")).toBe("x = 1\n# slimproof rebuild a1-0-2\n");
    expect(text("a.py", "x = 1\r\ny = 2\r\n")).toBe(
      "x = 1\r\ny = 2\r\n# slimproof rebuild a1-0-2\r\n",
    );
    expect(text("a.py", "")).toBe("# slimproof rebuild a1-0-2\n");
  });

  test("stays out of what a program reads as its data, and inside PHP's tags", () => {
    expect(text("a.rb", "puts DATA.read\n__END__\nrest\n")).toBe(
      "puts DATA.read\n# slimproof rebuild a1-0-2\n__END__\nrest\n",
    );
    expect(text("a.pl", "print <DATA>;\n__DATA__\nrest")).toBe(
      "print <DATA>;\n# slimproof rebuild a1-0-2\n__DATA__\nrest",
    );
    expect(text("a.php", "<?php\necho 1;\n")).toBe("<?php\necho 1;\n// slimproof rebuild a1-0-2\n");
    expect(text("a.php", "<?php\necho 1;\n?>\n<p>\n")).toBe(
      "<?php\n// slimproof rebuild a1-0-2\necho 1;\n?>\n<p>\n",
    );
  });

  test("of a script without an ending goes by what reads it", () => {
    expect(text("run", "#!/bin/sh\ntrue\n")).toContain("# slimproof");
    expect(text("run", "#!/usr/bin/env python3\n")).toContain("# slimproof");
    expect(text("run", "#!/usr/bin/env node\n")).toContain("\n// slimproof");
  });

  test("of JSON keeps its value, and of JavaScript its program", () => {
    fc.assert(
      fc.property(fc.json(), fc.nat(), (json, run) => {
        const after = text("package.json", json, `ab-1-${run}`);
        expect(JSON.parse(after)).toEqual(JSON.parse(json));
        expect(after).not.toBe(json);
      }),
    );
    const program = new Script(text("a.js", "#!/usr/bin/env node\n1 + 1"));
    expect(program.runInNewContext()).toBe(2);
  });

  test("is another one for each mark, and takes nothing away", () => {
    const marks = fc.tuple(fc.nat(), fc.nat());
    fc.assert(
      fc.property(fc.string(), marks, (content, [one, other]) => {
        fc.pre(one !== other && !content.includes("\0"));
        for (const path of ["a.py", "a.go", "a.json", "go.sum", "a.xml"]) {
          const before = Buffer.from(content);
          const after = edited(path, before, `0f-${one}`);
          expect(after.subarray(0, before.length)).toEqual(before);
          expect(after).not.toEqual(before);
          expect(after).not.toEqual(edited(path, before, `0f-${other}`));
        }
      }),
    );
  });

  test("cannot be made where comments are not known or bytes are no text", () => {
    expect(canEdit("logo.png")).toBe(false);
    expect(canEdit("app")).toBe(false);
    expect(() => text("logo.png", "x")).toThrow(InputError);
    expect(() => text("a.py", "\0")).toThrow(/a\.py: not a text/);
  });
});
