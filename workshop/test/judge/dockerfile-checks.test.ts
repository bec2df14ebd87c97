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
  expect(hasStages(["a", "b"], "FROM scratch\n")).toBe("no stages are named a, b; none has a name");
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
