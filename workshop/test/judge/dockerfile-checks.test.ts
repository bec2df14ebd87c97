import { expect, test } from "vitest";
import { hasMount } from "../../src/judge/checks/mount.ts";
import { hasStages } from "../../src/judge/checks/stages.ts";

const TWO = `FROM golang AS Build
RUN --mount=type=cache,target=/go --mount=type=bind,target=/src go build
RUN --mount=target=/x true
FROM scratch
# FROM scratch AS later
COPY --from=build /a /a
`;

test("stages are found by name, whatever their case, and not in comments", () => {
  expect(hasStages(["build"], TWO)).toBeNull();
  expect(hasStages(["build", "later"], TWO)).toBe("no stage is named later; there is Build");
  expect(hasStages(["later"], `${TWO}FROM scratch AS last\n`)).toBe(
    "no stage is named later; there are Build, last",
  );
  expect(hasStages(["a", "b"], "FROM scratch\n")).toBe("the only stage has no name; wanted: a, b");
  expect(hasStages(["a", "b"], "FROM scratch\nFROM scratch\n")).toBe(
    "none of 2 stages has a name; wanted: a, b",
  );
});

test.each<[string, string | null]>([
  ["COPY --from=0 --chmod=755 /a /a", "line 4 copies by number, `--from=0`; write `--from=Build`"],
  ["RUN --mount=from=0,target=/x true", "line 4 copies by number, `from=0`; write `from=Build`"],
  ["COPY --from=7 /a /a", null],
  ["# COPY --from=0 /a /a", null],
])("a stage that has its name is not copied from by number: %s", (line, why) => {
  const text = `FROM golang AS Build\nRUN go build\nFROM scratch AS last\n${line}\n`;
  expect(hasStages(["build", "last"], text)).toBe(why);
});

test("the number of a stage whose name nobody asked for is nobody's business", () => {
  expect(
    hasStages(["last"], "FROM golang AS a\nFROM scratch AS last\nCOPY --from=0 /a /a\n"),
  ).toBeNull();
});

test("mounts of a RUN are found by type; without a type it is bind", () => {
  expect(hasMount({ type: "cache" }, TWO)).toBeNull();
  expect(hasMount({ type: "bind" }, "FROM x\nRUN --mount=target=/x true\n")).toBeNull();
  expect(hasMount({ type: "secret" }, TWO)).toBe(
    "no RUN has a mount of type secret; there is cache, bind",
  );
  expect(hasMount({ type: "cache" }, "FROM x\n# RUN --mount=type=cache,target=/x y\nRUN y\n")).toBe(
    "no RUN has a mount of type cache; none has a mount",
  );
});

test("a mount can be wanted at a folder", () => {
  const wanted = { type: "cache", target: "/root/.cache/go-build" };
  const at = (mount: string): string => `FROM x\nRUN --mount=${mount} y\n`;
  expect(hasMount(wanted, at("type=cache,target=/root/.cache/go-build"))).toBeNull();
  expect(hasMount(wanted, at("dst=/root/.cache/go-build/,type=cache,id=a=b"))).toBeNull();
  expect(hasMount(wanted, at("type=cache,target=/cache"))).toBe(
    "no RUN has a mount of type cache at /root/.cache/go-build; there is one at /cache",
  );
  expect(hasMount(wanted, at("type=bind,target=/root/.cache/go-build"))).toBe(
    "no RUN has a mount of type cache; there is bind",
  );
});
