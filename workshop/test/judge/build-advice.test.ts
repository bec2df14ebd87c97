import { expect, test } from "vitest";
import { buildAdvice } from "../../src/judge/advice/build-advice.ts";

const VENV = `FROM workshop-python:3.13 AS builder
WORKDIR /app
COPY requirements.txt .
RUN python -m venv --without-pip venv && \\
    pip --python venv/bin/python install -r requirements.txt

FROM python:3.13-slim AS final
WORKDIR /app
COPY app.py .
`;
const GO = `FROM golang:1.26
WORKDIR /app
COPY go.mod main.go ./
RUN CGO_ENABLED=0 go build -o app .
FROM scratch
WORKDIR /app
`;
const TWO = `FROM golang:1.26 AS check-build
WORKDIR /app
RUN go build -tags check -o check .
FROM golang:1.26 AS find-build
WORKDIR /app
RUN go build -o find .
FROM scratch AS checker
`;

/** What is told of a Dockerfile, in a folder with these files. */
function told(text: string, said: string, files: readonly string[] = ["app.py"]): string | null {
  return buildAdvice({ text, said, isThere: (it) => files.includes(it) });
}

test.each([
  [
    "a folder that the engine walks to",
    `${VENV}COPY --chown=1 /app/venv venv\n`,
    "Dockerfile: build failed in stage final, COPY /app/venv venv: failed to compute cache key: failed to calculate checksum of ref 861-x::y: failed to walk /var/lib/docker/tmp/buildkit-mount123/app: lstat /var/lib/docker/tmp/buildkit-mount123/app: no such file or directory",
    "Line 10: without --from, COPY looks in your own folder, and /app/venv is not there. It is in the stage builder: `COPY --from=builder --chown=1 /app/venv venv`.",
  ],
  [
    "the same, as a sentence",
    `${VENV}COPY /app/venv venv\n`,
    "COPY /app/venv venv: /app/venv is not in the build context (/app: no such file or directory)",
    "Line 10: without --from, COPY looks in your own folder, and /app/venv is not there. It is in the stage builder: `COPY --from=builder /app/venv venv`.",
  ],
  [
    "what lies in the WORKDIR of a stage without a name",
    `${GO}COPY app .\n`,
    'COPY app .: "/app": not found',
    "Line 7: without --from, COPY looks in your own folder, and app is not there. It is in the 1st stage (no name): `COPY --from=builder /app/app .`. Give it that name: `FROM golang:1.26 AS builder`.",
  ],
  [
    "a stage's WORKDIR",
    `${VENV}COPY /app .\n`,
    'COPY /app .: "/app": not found',
    "Line 10: without --from, COPY looks in your own folder, and /app is not there. It is in the stage builder: `COPY --from=builder /app .`.",
  ],
  [
    "what a stage has of a here-document",
    "FROM golang AS builder\nCOPY <<EOF /app/menu\nfor /app/all\nEOF\nFROM scratch\nCOPY /app/menu /\n",
    'COPY /app/menu /: "/app/menu": not found',
    "Line 6: without --from, COPY looks in your own folder, and /app/menu is not there. It is in the stage builder: `COPY --from=builder /app/menu /`.",
  ],
])("a forgotten --from: %s", (_, text, said, hint) => {
  expect(told(text, said)).toBe(hint);
});

test("what no stage makes, or the folder has, is no forgotten --from", () => {
  expect(told(`${VENV}COPY menu.html .\n`, '"/menu.html": not found')).toBeNull();
  // An ignore file keeps it out.
  expect(told(`${VENV}COPY venv .\n`, '"/venv": not found', ["venv"])).toBeNull();
  expect(told(`${VENV}RUN venv/bin/x\n`, "venv/bin/x: not found")).toBeNull();
});

/** As the headline above the hint says it. */
const UNKNOWN =
  "Dockerfile: no stage is called build; the stages are builder, final; docker takes an unknown name for an image, and there is none";

test.each([
  [
    "the only one that is named above",
    `${VENV}COPY --from=build /app/venv venv\n`,
    UNKNOWN,
    "Line 10: the only name of a stage above it is builder. Write `COPY --from=builder /app/venv venv`.",
  ],
  [
    "of several the nearest",
    `${TWO}COPY --from=find-buld /app/find /\n`,
    "no stage is called find-buld (did you mean find-build?)",
    "Line 8: the stages above it are check-build and find-build, and find-build is the nearest to find-buld. Write `COPY --from=find-build /app/find /`.",
  ],
  [
    "two letters of a short one swapped",
    "FROM golang AS build\nFROM build AS other\nFROM scratch\nCOPY --from=bulid /a /a\n",
    "no stage is called bulid (did you mean build?)",
    "Line 4: the stages above it are build and other, and build is the nearest to bulid. Write `COPY --from=build /a /a`.",
  ],
  [
    "the one that makes it, where none is near",
    `${TWO}COPY --from=gopher /app/check /\n`,
    "no stage is called gopher",
    "Line 8: the stages above it are check-build and find-build, and check-build makes /app/check. Write `COPY --from=check-build /app/check /`.",
  ],
  [
    "none that is near",
    `${TWO}COPY --from=gopher /app/other /\n`,
    "no stage is called gopher",
    "Line 8: the stages above it are check-build and find-build. Write behind --from= the one that makes /app/other.",
  ],
  [
    "in a mount",
    `${VENV}RUN --mount=from=bulider,target=/b true\n`,
    "no stage is called bulider (did you mean builder?)",
    "Line 10: the only name of a stage above it is builder. Write `from=builder` in its --mount.",
  ],
  [
    "no name at all",
    `${GO}COPY --from=builder /app/app ./\n`,
    "no stage is called builder; none of the 2 stages has a name",
    "Line 7 copies from builder, and no stage above it has a name. Give it that one: `FROM golang:1.26 AS builder`.",
  ],
  [
    "a stage below",
    "FROM golang\nFROM scratch\nCOPY --from=later /a /a\nFROM golang AS later\n",
    "no stage is called later",
    "The stage later does not stand above line 3, and a stage copies only from those above it: put it there.",
  ],
  [
    "no stage above it",
    "FROM scratch\nCOPY --from=builder /a /a\n",
    "no stage is called builder",
    "Line 2 copies from builder, and no stage stands above it. Begin with the one that makes /a: `FROM … AS builder`.",
  ],
])("a wrong name of a stage: %s", (_, text, said, hint) => {
  expect(told(text, said)).toBe(hint);
});

test("what an unknown name is taken for is told where the engine's words do not", () => {
  const said = "failed to resolve source metadata for docker.io/library/build:latest";
  expect(told(`${VENV}COPY --from=build /app/venv venv\n`, said)).toMatch(
    /venv`\. \(docker takes an unknown name for an image, and found none\.\)$/,
  );
});

test("an image with a tag, or one that the engine did not complain of, is no stage", () => {
  expect(told("FROM x\nCOPY --from=busybox:1 /a /a\n", "cannot pull busybox:1")).toBeNull();
  expect(told("FROM x\nCOPY --from=busybox /a /a\n", "cannot pull python")).toBeNull();
});

test.each([
  [
    "another stage makes",
    `${TWO}COPY --from=find-build /app/check ./\n`,
    '"/app/check": not found',
    "Line 8: there is no /app/check in the stage find-build; the stage check-build makes it. Write `COPY --from=check-build /app/check ./`.",
  ],
  [
    "a stage without a name makes",
    `${TWO.replace(" AS find-build", "")}COPY --from=0 /app/find ./\n`,
    '"/app/find": not found',
    "Line 8: there is no /app/find in the stage check-build; the 2nd stage (no name) makes it. Give that one a name with AS, and copy by the name.",
  ],
  [
    "lies in the WORKDIR",
    `${VENV}COPY --from=builder venv venv\n`,
    '"/venv": not found',
    "Line 10: there is no venv in the stage builder's root, where paths of --from begin. Write `COPY --from=builder /app/venv venv`.",
  ],
  [
    "has in its WORKDIR, and not in its root",
    `${TWO}COPY --from=find-build /find ./\n`,
    'build failed in stage checker, COPY --from=find-build /find ./: "/find": not found',
    "Line 8: there is no /find in the stage find-build, which works in /app and makes /app/find. Write `COPY --from=find-build /app/find ./`.",
  ],
  [
    "has in its WORKDIR, and not in another folder",
    `${TWO}COPY --from=find-build /src/out/find ./\n`,
    '"/src/out/find": not found',
    "Line 8: there is no /src/out/find in the stage find-build, which works in /app and makes /app/find. Write `COPY --from=find-build /app/find ./`.",
  ],
  [
    "lies in the WORKDIR, in the exec form",
    `${VENV}COPY --chown=1 --from=builder ["venv", "venv"]\n`,
    '"/venv": not found',
    "Line 10: there is no venv in the stage builder's root, where paths of --from begin. Write `COPY --from=builder --chown=1 /app/venv venv`.",
  ],
])("a path that a stage lacks and %s", (_, text, said, hint) => {
  expect(told(text, said)).toBe(hint);
});

test("of a path that the stage itself seems to make, or none does, nothing is guessed", () => {
  expect(told(`${TWO}COPY --from=find-build /app/find /\n`, '"/app/find": not found')).toBeNull();
  expect(told(`${TWO}COPY --from=find-build /app/fund /\n`, '"/app/fund": not found')).toBeNull();
});

test.each([
  [
    "RM readings.csv",
    "RM",
    "RM is no instruction of a Dockerfile. A shell command needs RUN in front: `RUN rm readings.csv`.",
  ],
  [
    "pip install x",
    "pip",
    "pip is no instruction of a Dockerfile. A shell command needs RUN in front: `RUN pip install x`.",
  ],
])("a shell command needs RUN: %s", (line, word, hint) => {
  const said = `Dockerfile:2: unknown instruction: ${word} (did you mean ARG?)`;
  expect(told(`FROM scratch\n${line}\n`, said)).toBe(`Line 2: ${hint}`);
});

test.each([
  [
    "a blank for the = of --from",
    `${VENV}COPY --from builder /app/venv venv\n`,
    "Dockerfile: build failed: dockerfile parse error on line 10: missing a value on flag: from",
    "Line 10: there is no blank in `--from=NAME`. Write `COPY --from=builder /app/venv venv`.",
  ],
  [
    "one dash before from",
    `${VENV}COPY -from=builder /app/venv venv\n`,
    'COPY -from=builder /app/venv venv: -from=builder is not in the build context ("/-from=builder": not found)',
    "Line 10: --from has two dashes. Write `COPY --from=builder /app/venv venv`.",
  ],
  [
    "a stage's name without AS",
    "FROM golang:1.26 builder\n",
    "dockerfile parse error on line 1: FROM requires either one or three arguments",
    "Line 1: FROM takes an image and, behind AS, a name of one word. Write `FROM golang:1.26 AS builder`.",
  ],
  [
    "a stage's name of two words, with a flag",
    "# x\nfrom --platform=linux/amd64 golang:1.26 as the builder\n",
    "dockerfile parse error on line 2: FROM requires either one or three arguments",
    "Line 2: FROM takes an image and, behind AS, a name of one word. Write `FROM --platform=linux/amd64 golang:1.26 AS the-builder`.",
  ],
  [
    "a comment behind FROM",
    "FROM golang:1.26 # the builder\n",
    "dockerfile parse error on line 1: FROM requires either one or three arguments",
    "Line 1: a comment has a line of its own: behind an instruction, # is a word like any other.",
  ],
  [
    "no image at all",
    "FROM\n",
    "dockerfile parse error on line 1: FROM requires either one or three arguments",
    "Line 1: FROM takes an image and, behind AS, a name of one word.",
  ],
  [
    "a stage that copies from itself",
    `${TWO}COPY --from=checker /app/check /\n`,
    "Dockerfile: build failed: circular dependency detected on stage: checker",
    "Line 8: a stage cannot copy from itself. /app/check is made in the stage check-build: `COPY --from=check-build /app/check /`.",
  ],
  [
    "a stage that copies from itself what none makes",
    `${TWO}COPY --from=checker /app/other /\n`,
    "circular dependency detected on stage: checker",
    "Line 8: a stage cannot copy from itself. Copy from the stage above that makes /app/other.",
  ],
])(
  "what docker says of a mistyped line is told with the line to write: %s",
  (_, text, said, hint) => {
    expect(told(text, said)).toBe(hint);
  },
);

test.each([
  [
    "CGO_ENABLED=0",
    "CGO_ENABLED=0 is no instruction of a Dockerfile. For one command it stands in front of that, `RUN CGO_ENABLED=0 …`; for all steps below it is `ENV CGO_ENABLED=0`.",
  ],
  [
    "CGO_ENABLED=0 go build .",
    "CGO_ENABLED=0 is no instruction of a Dockerfile. A shell command needs RUN in front: `RUN CGO_ENABLED=0 go build .`.",
  ],
])("a variable alone is no command: %s", (line, hint) => {
  const said = "Dockerfile:2: unknown instruction: CGO_ENABLED=0";
  expect(told(`FROM scratch\n${line}\n`, said)).toBe(`Line 2: ${hint}`);
});

test("a line that goes on needs a backslash above it; a typing mistake is the engine's to tell", () => {
  expect(told("FROM x\nRUN a\n  && b\n", "unknown instruction: &&")).toBe(
    "Line 3 begins with &&: the line above has to end with \\ for it to go on.",
  );
  expect(told("FROM x\nCOPPY a b\n", "unknown instruction: COPPY (did you mean COPY?)")).toBeNull();
});
