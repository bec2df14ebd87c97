import { describe, expect, test } from "vitest";
import { namesIn, packagesIn } from "./fixtures/reading.ts";

describe("Python", () => {
  const metadata = (name: string, version: string): string =>
    `Metadata-Version: 2.4\nName: ${name}\nVersion: ${version}\nLicense: x\n\nName: not this\nVersion: 9\n`;
  const site = "/venv/lib/python3.13/site-packages";

  test.each([
    [`${site}/flask-3.1.0.dist-info/METADATA`, metadata("Flask", "3.1.0"), ["Flask 3.1.0"]],
    [`${site}/flask-3.1.0.dist-info/RECORD`, metadata("record", "1"), []],
    [`${site}/x/_vendor/y-2.dist-info/METADATA`, metadata("y", "2"), ["y 2"]],
    ["/usr/lib/python3/dist-packages/old-1.egg-info/PKG-INFO", "name: old\nversion: 1", ["old 1"]],
    ["/usr/lib/python3/dist-packages/older-0.egg-info", metadata("older", "0"), ["older 0"]],
    [`${site}/nameless-1.dist-info/METADATA`, "Version: 1\n", []],
    [`${site}/late-1.dist-info/METADATA`, "Version: 1\n\nName: late\n", []],
    [
      `${site}/crlf-1.dist-info/METADATA`,
      "Name: crlf\r\nVersion: 1\r\n\r\nName: b\r\n",
      ["crlf 1"],
    ],
  ])("%s", (path, text, expected) => {
    for (const size of [1, 1000]) expect(namesIn(path, text, size)).toEqual(expected);
  });

  test("a description of any length is passed over", () => {
    const long = metadata("a", "1") + "Name: b\n".repeat(100_000);
    expect(namesIn(`${site}/a-1.dist-info/METADATA`, long, 65_536)).toEqual(["a 1"]);
  });
});

describe("npm", () => {
  const manifest = (name: unknown, version: unknown): string => JSON.stringify({ name, version });

  test.each([
    ["/app/node_modules/express/package.json", manifest("express", "5.1.0"), ["express 5.1.0"]],
    ["/app/node_modules/x/node_modules/qs/package.json", manifest("qs", "6.14.0"), ["qs 6.14.0"]],
    ["/app/node_modules/@s/name/package.json", manifest("@s/name", "0.1.0"), ["@s/name 0.1.0"]],
    ["/usr/local/lib/node_modules/npm/package.json", manifest("npm", "11.6.1"), ["npm 11.6.1"]],
    [
      "/app/node_modules/.pnpm/a@1.0.0/node_modules/a/package.json",
      `\uFEFF${manifest("a", "1.0.0")}`,
      ["a 1.0.0"],
    ],
    ["/app/package.json", manifest("app", "1.0.0"), []],
    ["/app/node_modules/express/test/fixtures/package.json", manifest("fixture", "1.0.0"), []],
    ["/app/node_modules/@scope/package.json", manifest("scope", "1.0.0"), []],
    ["/app/node_modules/.package-lock.json", manifest("lock", "1.0.0"), []],
    ["/app/node_modules/.store/package.json", manifest("store", "1.0.0"), []],
    ["/app/node_modules/esm/package.json", '{"type": "module"}', []],
    ["/app/node_modules/broken/package.json", '{"name": "broken", ', []],
    ["/app/node_modules/odd/package.json", manifest(["odd"], 1), []],
    ["/app/node_modules/half/package.json", '{"name":"\\ud800","version":"1"}', []],
    ["/app/node_modules/null/package.json", "null", []],
    ["/app/node_modules/deep/package.json", "[".repeat(500_000), []],
    ["/app/node_modules/giant/package.json", manifest("giant", "1") + " ".repeat(1_100_000), []],
  ])("%s", (path, text, expected) => {
    expect(namesIn(path, text, 65_536)).toEqual(expected);
  });
});

describe("gems", () => {
  const written = `# -*- encoding: utf-8 -*-
# stub: rack 3.1.8 ruby lib

Gem::Specification.new do |s|
  s.name = "rack".freeze
  s.version = "3.1.8".freeze

  s.required_rubygems_version = Gem::Requirement.new(">= 0".freeze) if s.respond_to? :required_rubygems_version=
  s.metadata = { "name" => "no" } if s.respond_to? :metadata=
  s.summary = "s.name = \\"no\\"".freeze
  s.add_runtime_dependency(%q<x>.freeze, ["~> 1.0".freeze])
end
`;
  const place = "/usr/local/bundle/specifications/rack-3.1.8.gemspec";

  test("as RubyGems writes what it installed", () => {
    expect(packagesIn(place, written)).toEqual([
      {
        kind: "gem",
        name: "rack",
        version: "3.1.8",
        path: place,
        architecture: null,
        source: null,
      },
    ]);
  });

  test.each([
    ["default ones", "s.name = 'json'\n s.version = '2.9.1'", ["json 2.9.1"]],
    ["of old RubyGems", "  s.name = %q{rake}\n  s.version = %q{0.9}", ["rake 0.9"]],
    ["a wrapped version", 'spec.name = "a"\nspec.version = Gem::Version.new("1.2")', ["a 1.2"]],
    ["a version that code tells", 's.name = "a"\ns.version = A::VERSION', []],
  ])("%s", (_, text, expected) => {
    const folder = "/usr/local/lib/ruby/gems/3.4.0/specifications";
    expect(namesIn(`${folder}/default/x-1.gemspec`, text)).toEqual(expected);
    // What a gem brings along of its own repository is not installed by it.
    expect(namesIn("/usr/local/bundle/gems/x-1/x.gemspec", text)).toEqual([]);
  });

  test("a text that was made to be searched for long", () => {
    const began = performance.now();
    const text = `${"s.name = ".repeat(50_000)}\n${"\t".repeat(500_000)}`;
    expect(namesIn(place, text, 65_536)).toEqual([]);
    expect(performance.now() - began).toBeLessThan(2000);
  });
});
