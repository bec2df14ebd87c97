import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ownEnv, readDockerfile } from "../../src/engine/dockerfile.ts";

/** A Dockerfile without the margin that it has in a test. */
function file(text: string): string {
  return text.replace(/^\n/, "").replaceAll(/^ +/gm, "");
}

function bases(text: string, args: Readonly<Record<string, string>> = {}): readonly string[] {
  return readDockerfile(file(text), args).bases;
}

function env(text: string, target: string | null = null): readonly string[] {
  return ownEnv(readDockerfile(file(text), {}), target);
}

describe("stages", () => {
  test("have their name, else their number, and what they are built on", () => {
    const { stages } = readDockerfile(
      file(`
        FROM golang:1.26 AS builder
        FROM debian:trixie-slim
        from Builder as Test
        FROM scratch
      `),
      {},
    );
    expect(stages.map(({ name, from }) => [name, from])).toEqual([
      ["builder", "golang:1.26"],
      ["1", "debian:trixie-slim"],
      ["Test", "Builder"],
      ["3", "scratch"],
    ]);
  });

  test("there are none in a file without FROM", () => {
    expect(readDockerfile("RUN true\nCOPY --from=x a b\n", {}).stages).toEqual([]);
    expect(readDockerfile("", {})).toEqual({
      stages: [],
      bases: [],
      copied: [],
      syntax: null,
    });
  });

  test("what a heredoc holds is no instruction", () => {
    const text = file(`
      FROM debian:trixie-slim
      RUN <<EOF
      FROM nowhere:1
      ENV INSIDE=1
      EOF
      COPY <<"END" /app/Dockerfile
      FROM elsewhere:1
      END
      ENV OUTSIDE=1
    `);
    expect(bases(text)).toEqual(["debian:trixie-slim"]);
    expect(env(text)).toEqual(["OUTSIDE"]);
  });

  test("an instruction goes on after a line's end, over comments too", () => {
    expect(bases("FROM \\\n# which one?\n  debian:trixie-slim \\\n  AS base\n")).toEqual([
      "debian:trixie-slim",
    ]);
  });
});

describe("lines", () => {
  function lines(text: string): readonly unknown[] {
    return readDockerfile(file(text), {}).stages.map((it) => it.lines);
  }

  test("say what is copied from where to which path, what is run, and where the stage ends up", () => {
    expect(
      lines(`
        FROM debian AS base
        WORKDIR /srv
        WORKDIR app
        COPY --chown=1 a.py b.py ./
        RUN make all && \\
            make check
        FROM base
        ARG NAME=tool
        COPY --from=base ["/srv/app/a b", "/x"]
        ADD \${NAME} sub/
        COPY . .
      `),
    ).toEqual([
      {
        workdir: "/srv/app",
        copies: [{ from: null, sources: ["a.py", "b.py"], to: "/srv/app/" }],
        runs: [expect.stringMatching(/^make all.*make check$/s)],
      },
      {
        workdir: "/srv/app",
        copies: [
          { from: "base", sources: ["/srv/app/a b"], to: "/x" },
          { from: null, sources: ["tool"], to: "/srv/app/sub/" },
          { from: null, sources: ["."], to: "/srv/app/" },
        ],
        runs: [],
      },
    ]);
  });
});

describe("bases", () => {
  test("are the images of every FROM and COPY --from, each once, without stages and scratch", () => {
    expect(
      bases(`
        FROM --platform=$BUILDPLATFORM golang:1.26 AS builder
        FROM golang:1.26 AS other
        FROM scratch
        COPY --from=builder /app /app
        COPY --from=BUILDER /app /app
        COPY --from=0 /app /app
        COPY --link --chmod=755 --from=gcr.io/distroless/static-debian13:nonroot /etc/passwd /etc/
        copy --from=debian@sha256:1234 /a /b
        COPY /local /local
      `),
    ).toEqual(["golang:1.26", "gcr.io/distroless/static-debian13:nonroot", "debian@sha256:1234"]);
  });

  test("a RUN may mount one", () => {
    expect(
      bases(`
        FROM debian:trixie-slim AS base
        RUN --mount=type=bind,from=golang:1.26,source=/usr/local/go,target=/go --mount=type=cache,target=/x true
        RUN --mount=from=base,target=/base --mount=type=secret,id=from true
      `),
    ).toEqual(["debian:trixie-slim", "golang:1.26"]);
  });

  test("a name that only a later stage has is an image", () => {
    expect(bases("FROM builder\nFROM debian AS builder\nFROM builder\n")).toEqual([
      "builder",
      "debian",
    ]);
  });

  test("of an ONBUILD are not this build's", () => {
    expect(bases("FROM debian\nONBUILD COPY --from=golang:1.26 /a /b\n")).toEqual(["debian"]);
  });
});

describe("build arguments in a base's name", () => {
  const versions = `
    ARG GO=1.26
    ARG FLAVOUR
    ARG IMAGE="golang:\${GO}"
    FROM golang:\${GO}
    FROM golang:$GO\${FLAVOUR:+-}\${FLAVOUR}
    FROM \${IMAGE}
    FROM golang:\${NONE:-1.18}
  `;

  test("have their defaults", () => {
    expect(bases(versions)).toEqual(["golang:1.26", "golang:1.18"]);
  });

  test("and the contract's values win", () => {
    expect(bases(versions, { GO: "1.18", FLAVOUR: "alpine", NONE: "9" })).toEqual([
      "golang:1.18",
      "golang:1.18-alpine",
    ]);
  });

  test("one value refers to another that was given", () => {
    expect(bases("ARG A=1\nARG B=debian:$A\nFROM $B\n", { A: "2" })).toEqual(["debian:2"]);
  });

  test("an argument may be named as what every object has", () => {
    expect(bases("ARG constructor=1\nARG toString\nFROM debian:$constructor$toString\n")).toEqual([
      "debian:1",
    ]);
  });

  test("a value from the contract is taken literally", () => {
    expect(bases("ARG A=1\nARG B\nFROM debian:a$B\n", { B: "$A" })).toEqual(["debian:a$A"]);
  });

  test.each([
    ["${V}", "1"],
    ["${V:-x}", "1"],
    ["${V-x}", "1"],
    ["${V:+x}", "x"],
    ["${V+x}", "x"],
    ["${EMPTY:-x}", "x"],
    ["${EMPTY-x}", ""],
    ["${EMPTY:+x}", ""],
    ["${EMPTY+x}", "x"],
    ["${UNSET:-x}", "x"],
    ["${UNSET-x}", "x"],
    ["${UNSET:+x}", ""],
    ["${UNSET+x}", ""],
    ["$UNSET", ""],
    ["${UNSET:-$V}", "1"],
    ["${UNSET:-${V}}", "1"],
  ])("%s is %j, as BuildKit has it", (word, value) => {
    expect(bases(`ARG V=1\nARG EMPTY=\nFROM debian:a${word}\n`)).toEqual([`debian:a${value}`]);
  });

  test("several on one line", () => {
    expect(bases("ARG A=1 B=2\nFROM debian:$A-$B\n")).toEqual(["debian:1-2"]);
  });

  test("one of a stage is none of a FROM", () => {
    expect(bases("FROM debian:1\nARG V=2\nFROM debian:a$V\n")).toEqual(["debian:1", "debian:a"]);
  });

  test("quotes are not part of a value", () => {
    expect(bases(`ARG A="1"\nARG B='2'\nFROM debian:$A-$B\n`)).toEqual(["debian:1-2"]);
  });
});

describe("platforms in a base's name", () => {
  /** What `FROM a:WORD` is built on. */
  function from(word: string, target = "linux/amd64", args = {}, before = ""): string | undefined {
    const platforms = { build: "linux/amd64", target };
    return readDockerfile(`${before}FROM a:${word}\n`, args, platforms).bases[0]?.slice(2);
  }

  test.each([
    ["$TARGETARCH", "linux/amd64", "amd64"],
    ["$TARGETOS", "linux/amd64", "linux"],
    ["$TARGETPLATFORM", "linux/arm64", "linux/arm64"],
    ["$TARGETPLATFORM", "linux/arm/v7", "linux/arm/v7"],
    ["$TARGETARCH$TARGETVARIANT", "linux/arm/v6", "armv6"],
    ["$TARGETARCH$TARGETVARIANT", "linux/arm", "armv7"],
    ["$TARGETARCH-$TARGETVARIANT", "linux/arm64/v8", "arm64-"],
    ["$TARGETARCH", "linux/aarch64", "arm64"],
    ["$TARGETARCH", "linux/x86_64", "amd64"],
    ["$BUILDARCH-$BUILDOS-$BUILDVARIANT", "linux/arm64", "amd64-linux-"],
    ["$BUILDPLATFORM", "linux/arm64", "linux/amd64"],
  ])("%s for %s is %s, as BuildKit has it", (word, target, value) => {
    expect(from(word, target)).toBe(value);
  });

  test("are those of this machine's engine where none are named", () => {
    const { bases } = readDockerfile("FROM a:$TARGETARCH-$BUILDARCH\n", {});
    expect(bases[0]).toMatch(/^a:(\w+)-\1$/);
  });

  test("may be given, or preset, and serve other arguments", () => {
    expect(from("$TARGETARCH", undefined, { TARGETARCH: "x" })).toBe("x");
    expect(from("$TARGETARCH", undefined, {}, "ARG TARGETARCH=y\n")).toBe("y");
    expect(from("$TAG", undefined, {}, "ARG TAG=1-$TARGETARCH\n")).toBe("1-amd64");
  });

  test("choose a stage, which then is no image", () => {
    const text = "FROM x AS b-amd64\nENV A=1\nFROM y AS b-arm64\nENV B=1\nFROM b-${TARGETARCH}\n";
    const facts = readDockerfile(text, {}, { build: "linux/amd64", target: "linux/arm64" });
    expect(facts.bases).toEqual(["x", "y"]);
    expect(ownEnv(facts, null)).toEqual(["B"]);
  });
});

describe("ENV of its own", () => {
  test("all of an instruction, in both forms", () => {
    expect(
      env(`
        FROM debian
        ENV A=1 B="two words" C=3
        ENV OLD a value with blanks = and signs
        env lower=1
        ENV \\
          LAST=1
      `),
    ).toEqual(["A", "B", "C", "LAST", "OLD", "lower"]);
  });

  const staged = `
    FROM debian AS base
    ENV BASE=1
    FROM base AS middle
    ENV MIDDLE=1
    FROM debian AS aside
    ENV ASIDE=1
    FROM MIDDLE
    COPY --from=aside /a /a
    ENV FINAL=1
    ONBUILD ENV LATER=1
  `;

  test("with the stages that the last one is built on, and no others", () => {
    expect(env(staged)).toEqual(["BASE", "FINAL", "MIDDLE"]);
  });

  test.each([
    ["middle", ["BASE", "MIDDLE"]],
    ["Middle", ["BASE", "MIDDLE"]],
    ["aside", ["ASIDE"]],
    ["0", ["BASE"]],
    ["3", ["BASE", "FINAL", "MIDDLE"]],
    ["nowhere", []],
  ])("of the target %s", (target, names) => {
    expect(env(staged, target)).toEqual(names);
  });

  test("a stage named as the image that it is built on does not go round in circles", () => {
    expect(env("FROM debian AS debian\nENV A=1\nFROM debian AS debian\nENV B=1\n")).toEqual([
      "A",
      "B",
    ]);
  });

  test("none without stages", () => {
    expect(env("ENV A=1\n")).toEqual([]);
  });
});

describe("the syntax line", () => {
  test.each([
    ["# syntax=docker/dockerfile:1\nFROM debian\n", "docker/dockerfile:1"],
    ["#syntax = docker/dockerfile:1.7-labs \nFROM debian\n", "docker/dockerfile:1.7-labs"],
    ["# SYNTAX=docker/dockerfile:1\nFROM debian\n", "docker/dockerfile:1"],
    ["# escape=`\n# syntax=docker/dockerfile:1\nFROM debian\n", "docker/dockerfile:1"],
    ["# syntax=docker/dockerfile:1\r\nFROM debian\r\n", "docker/dockerfile:1"],
    ["# a comment comes first\n# syntax=docker/dockerfile:1\nFROM debian\n", null],
    ["\n# syntax=docker/dockerfile:1\nFROM debian\n", null],
    ["FROM debian\n# syntax=docker/dockerfile:1\n", null],
    ["FROM debian\n", null],
  ])("of %j is %j", (text, syntax) => {
    expect(readDockerfile(text, {}).syntax).toBe(syntax);
  });
});

test("never throws, whatever the file holds", () => {
  const word = fc.constantFrom(
    ..."FROM|from|AS|COPY|--from=|--platform=|ARG|ENV|RUN|ONBUILD|<<EOF|EOF|=|\"|'|\\|`|#|# escape=`|# syntax=x|$|${|}|:-|a|0|A=1|scratch|--mount=|from=a,".split(
      "|",
    ),
    "\n",
    "\r\n",
    " ",
    "\t",
    "\0",
    "\ufeff",
  );
  const text = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.array(word).map((it) => it.join(" ")),
    fc.array(word).map((it) => it.join("")),
  );
  fc.assert(
    fc.property(
      text,
      fc.dictionary(fc.string(), fc.string()),
      fc.option(fc.string()),
      (dockerfile, args, target) => {
        const facts = readDockerfile(dockerfile, args);
        expect(ownEnv(facts, target)).toBeInstanceOf(Array);
        expect(facts.bases).not.toContain("");
      },
    ),
    { numRuns: 100 },
  );
});
