import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readContextUse } from "../../src/engine/context-use.ts";

const PLATFORMS = { build: "linux/amd64", target: "linux/arm64" };

const paths = (text: string, target: string | null = null, args = {}): readonly string[] =>
  readContextUse(text, args, target, PLATFORMS).paths;

describe("what is taken from the context", () => {
  test("sources of COPY and ADD, in both forms, without flags and without where they go", () => {
    expect(
      paths(`FROM base
        COPY a.py b.py ./
        COPY --chown=1:1 --chmod=755 ["c d.py", "/x/"]
        ADD e.tar /
        copy f \\
          g /h`),
    ).toEqual(["a.py", "b.py", "c d.py", "e.tar", "f", "g"]);
  });

  test("neither what ADD fetches nor what a Dockerfile holds itself", () => {
    expect(
      paths(`FROM base
        ADD https://a.example/b.tar git@a.example:b.git x /
        COPY <<EOF w /y
COPY z /
EOF
        COPY v /`),
    ).toEqual(["x", "w", "v"]);
  });

  test("what a RUN mounts", () => {
    expect(
      paths(`FROM base
        RUN --mount=type=bind,source=go.mod,target=go.mod --mount=type=cache,target=/c go mod download
        RUN --mount=target=. make
        RUN --mount=type=bind,from=tools,source=/t,target=/t --mount=type=secret,id=s t`),
    ).toEqual(["go.mod", "."]);
  });

  test("variables are put in", () => {
    const text = `ARG DIR=src
      FROM base
      ARG DIR
      ARG FILE=a.py
      ENV SUB=\${DIR}/sub
      COPY $DIR/$FILE \${SUB}/ \${NONE:-b.py} /`;
    expect(paths(text)).toEqual(["src/a.py", "src/sub/", "b.py"]);
    expect(paths(text, null, { DIR: "lib", FILE: "c.py" })).toEqual([
      "lib/c.py",
      "lib/sub/",
      "b.py",
    ]);
  });

  test("only of stages that the image needs", () => {
    const text = `FROM base AS Builder
      COPY a .
      FROM builder AS test
      COPY t .
      FROM base AS tools
      COPY u .
      FROM scratch AS final
      COPY --from=BUILDER /a /a
      RUN --mount=from=tools,target=/u true
      COPY f .
      FROM final AS last
      COPY --from=0 /b /b`;
    expect(paths(text)).toEqual(["a", "u", "f"]);
    expect(paths(text, "test")).toEqual(["a", "t"]);
    expect(paths(text, "TOOLS")).toEqual(["u"]);
    expect(paths(text, "nowhere")).toEqual([]);
  });

  test("of the stage that is chosen for the platform", () => {
    const text = `FROM base AS build-amd64
      COPY a .
      FROM base AS build-arm64
      COPY b .
      FROM build-$TARGETARCH
      ARG TARGETARCH
      COPY c-$TARGETARCH .`;
    expect(paths(text)).toEqual(["b", "c-arm64"]);
    expect(paths(text, null, { TARGETARCH: "amd64" })).toEqual(["a", "c-amd64"]);
  });

  test("a stage that names itself comes to an end", () => {
    expect(paths("FROM a AS a\nCOPY x .\nCOPY --from=a /y /y")).toEqual(["x"]);
  });
});

describe("what the image starts", () => {
  const command = (text: string, target: string | null = null): readonly string[] =>
    readContextUse(text, {}, target, PLATFORMS).command;

  test("the last CMD and ENTRYPOINT, in both forms, also of the stage it is built on", () => {
    expect(command(`FROM a\nCMD ["one"]\nENTRYPOINT ["python", "-m"]\nCMD ["app"]`)).toEqual([
      "app",
      "python",
      "-m",
    ]);
    expect(command("FROM a AS b\nCMD exec python app.py\nFROM b\nWORKDIR /x")).toEqual([
      "exec",
      "python",
      "app.py",
    ]);
    expect(command(`FROM a AS b\nCMD ["b"]\nFROM a`)).toEqual([]);
  });
});

test("any text comes to an end", () => {
  const lines = [
    "FROM a AS b",
    "FROM b",
    "COPY",
    "COPY --from=b x y",
    'CMD ["a',
    "RUN --mount=",
    "ARG X=$X",
    "ENV",
    "ADD [",
    "\\",
    "ONBUILD COPY a b",
  ];
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.constantFrom(...lines), fc.string())), (them) => {
      expect(Array.isArray(paths(them.join("\n")))).toBe(true);
    }),
  );
});
