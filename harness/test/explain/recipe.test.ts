/** Where a COPY that mends takes things from. */
import { expect, test } from "vitest";
import { copyLine } from "../../src/explain/recipe.ts";
import { side } from "./pair.ts";

const SINGLE = `FROM python:3.13
WORKDIR /app
COPY requirements.txt app.py ./
COPY static static
RUN python -m venv venv
`;
const WHOLE = "FROM python:3.13\nWORKDIR /app\nCOPY . .\nRUN npm run build\n";
const FILES = { "/app/app.py": "a", "/app/a/b.html": "b", "/app/static": "/", "/app/venv": "/" };

/** A last stage behind these lines of a builder. */
function staged(lines: string): string {
  return `FROM python:3.13 AS builder\nWORKDIR /app\n${lines}\nFROM python:3.13-slim\nWORKDIR /app\n`;
}

function mend(single: string, multi: string, path: string): string {
  const config = { workdir: "/app" };
  const baseline = side({ files: FILES, config, dockerfile: single });
  return copyLine(baseline, side({ config, dockerfile: multi }), path);
}

const INSTALL = staged("COPY requirements.txt ./\nRUN python -m venv venv");

test.each([
  [SINGLE, INSTALL, "/app/app.py", "COPY app.py ./"],
  [SINGLE, INSTALL, "/app/static", "COPY static /app/static"],
  [SINGLE, INSTALL, "/app/static/x/logo.svg", "COPY static/x/logo.svg /app/static/x/logo.svg"],
  [WHOLE, INSTALL, "/app/a/b.html", "COPY a/b.html /app/a/b.html"],
  [WHOLE, INSTALL, "/app/app.py", "COPY app.py ./"],
  [SINGLE, "FROM python:3.13-slim\n", "/app/app.py", "COPY app.py ./"],
])(
  "a file of the build context that no stage has is copied from there (%#)",
  (...[a, b, path, line]) => {
    expect(mend(a, b, path)).toBe(line);
  },
);

test.each([
  ["it is made there", SINGLE, INSTALL, "/app/venv"],
  ["the builder copies it", SINGLE, staged("COPY app.py ."), "/app/app.py"],
  ["the builder copies all", SINGLE, staged("COPY . ."), "/app/app.py"],
  ["the builder copies its kind", SINGLE, staged("COPY *.py ./"), "/app/app.py"],
  ["the builder copies its folder", WHOLE, staged("COPY a a"), "/app/a/b.html"],
  ["a build makes it", WHOLE, staged("COPY src src\nRUN npm run build"), "/app/dist/index.js"],
  ["it has no ending to know a file by", WHOLE, INSTALL, "/app/tool"],
  ["it is the system's", SINGLE, INSTALL, "/usr/lib/libx.so.1"],
  ["a RUN names it", WHOLE, staged("RUN echo 1 > version.txt"), "/app/version.txt"],
])("else it comes from the builder: %s", (_, single, multi, path) => {
  expect(mend(single, multi, path)).toBe(`COPY --from=builder ${path} ${path}`);
});

test("of several builders the one that speaks of it", () => {
  const check = "FROM golang AS check-build\nWORKDIR /app\nRUN go build -o check .\n";
  const find = "FROM golang AS find-build\nWORKDIR /app\nRUN go build -o find .\n";
  const multi = `${check}${find}FROM scratch\n`;
  const single = "FROM golang\nWORKDIR /app\nCOPY . .\nRUN go build -o check .\n";
  for (const stage of ["check", "find"])
    expect(mend(single, multi, `/app/${stage}`)).toBe(
      `COPY --from=${stage}-build /app/${stage} /app/${stage}`,
    );
});
