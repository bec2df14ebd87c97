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
  expect(hasMount("cache", TWO)).toBeNull();
  expect(hasMount("bind", "FROM x\nRUN --mount=target=/x true\n")).toBeNull();
  expect(hasMount("secret", TWO)).toBe("no RUN has a mount of type secret; there is cache, bind");
  expect(hasMount("cache", "FROM x\n# RUN --mount=type=cache,target=/x y\nRUN y\n")).toBe(
    "no RUN has a mount of type cache; none has a mount",
  );
});
