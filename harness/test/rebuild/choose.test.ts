import { describe, expect, test } from "vitest";
import { chooseList, chooseSource, isCopied, type Candidate } from "../../src/rebuild/choose.ts";

/** `app.py`, or `app.py 300 2`: a path, its bytes and the images that it goes into. */
function candidates(...lines: readonly string[]): Candidate[] {
  return lines.map((line) => {
    const [path = "", bytes = "100", images = "2"] = line.split(" ");
    return { path, bytes: Number(bytes), images: Number(images) };
  });
}

describe("what a COPY takes", () => {
  test.each([
    ["app.py", "app.py"],
    ["app.py", "./app.py"],
    ["app.py", "/app.py"],
    ["src/a/b.py", "."],
    ["src/a/b.py", "./"],
    ["src/a/b.py", "src/"],
    ["src/a/b.py", "src/a"],
    ["src/a/b.py", "*/a"],
    ["src/a/b.py", "src/*/b.py"],
    ["package-lock.json", "package*.json"],
    [".env", "*"],
    ["a1", "a[0-9]"],
    ["ab", "a[^0-9]"],
    ["a*b", "a\\*b"],
    ["a+b", "a+b"],
    ["x/a.py", "../x/a.py"],
  ])("%s by %s", (path, source) => expect(isCopied(path, source)).toBe(true));

  test.each([
    ["srcx/a.py", "src"],
    ["src/a.py", "*.py"],
    ["a1", "a[^0-9]"],
    ["aXb", "a\\*b"],
    ["axpy", "a.py"],
    ["a.py", "[z-a]"],
  ])("not %s by %s", (path, source) => expect(isCopied(path, source)).toBe(false));
});

describe("a dependency list", () => {
  test.each([
    ["Python", ["app.py", "requirements.txt"], "requirements.txt"],
    ["Poetry", ["poetry.lock", "pyproject.toml"], "pyproject.toml"],
    ["Node", ["package-lock.json", "package.json", "index.js"], "package.json"],
    ["Go", ["go.sum", "go.mod", "main.go"], "go.mod"],
    ["Rust", ["Cargo.lock", "Cargo.toml"], "Cargo.toml"],
    ["Maven", ["pom.xml"], "pom.xml"],
    ["Gradle", ["build.gradle.kts"], "build.gradle.kts"],
    ["Ruby", ["Gemfile.lock", "Gemfile"], "Gemfile"],
    ["PHP", ["composer.lock", "composer.json"], "composer.json"],
    ["dotnet", ["src/App.csproj"], "src/App.csproj"],
    ["a lock alone", ["uv.lock", "app.py"], "uv.lock"],
    [
      "several of pip's",
      ["requirements-dev.txt 9 1", "requirements/base.txt", "requirements.txt"],
      "requirements.txt",
    ],
    ["the nearest", ["web/package.json", "package.json"], "package.json"],
    ["what most images are built from", ["requirements.txt 9 1", "go.mod 9 2"], "go.mod"],
    ["none", ["main.go", "data.json", "notes.txt"], null],
  ])("%s", (_, files, chosen) => expect(chooseList(candidates(...files))).toBe(chosen));
});

describe("a source", () => {
  test.each([
    [
      "that the command names",
      ["big.py 900", "app.py 10"],
      ["venv/bin/python", "app.py"],
      "app.py",
    ],
    [
      "that a shell's command names",
      ["big.py 900", "app.py 10"],
      ["sh", "-c", "exec python app.py"],
      "app.py",
    ],
    [
      "whose module the command names",
      ["big.py 900", "wsgi.py 10"],
      ["gunicorn", "wsgi:app"],
      "wsgi.py",
    ],
    [
      "the largest of the main language",
      ["tool.sh 500", "a.go 400", "b.go 300"],
      ["./app"],
      "a.go",
    ],
    ["no test", ["main_test.go 900", "main.go 100"], ["./app"], "main.go"],
    ["no dependency list", ["mix.exs 900", "lib/a.ex 10"], [], "lib/a.ex"],
    ["that more images are built from", ["a.py 900 1", "b.py 10 2"], ["python", "a.py"], "b.py"],
    ["none", ["data.json", "README.md"], ["./app"], null],
  ])("%s", (_, files, command, chosen) =>
    expect(chooseSource(candidates(...files), command)).toBe(chosen),
  );
});
