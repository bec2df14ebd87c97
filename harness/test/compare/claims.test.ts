import { describe, expect, test } from "vitest";
import { claimNames, judgeClaims } from "../../src/compare/claims.ts";
import type { Bound, Claims } from "../../src/model/contract.ts";
import type { MeasuredImage } from "../../src/model/result.ts";
import { anatomy, plainImage } from "../images.ts";

const NONE: Claims = { size: null, transfer: null, packages: null, absent: [], user: null };

function image(
  sizes: { unpacked?: number; transfer?: number; user?: string },
  inside = anatomy(0),
): MeasuredImage {
  return {
    image: plainImage({ user: sizes.user ?? "" }),
    size: { unpacked: sizes.unpacked ?? 0, transfer: sizes.transfer ?? 0, layers: [] },
    anatomy: inside,
  };
}

function size(bound: Bound, baseline: number, candidate: number) {
  const [result] = judgeClaims(
    { ...NONE, size: { text: "TEXT", bound } },
    image({ unpacked: baseline, transfer: 1 }),
    image({ unpacked: candidate, transfer: 1 }),
  );
  return result;
}

describe("a share of the baseline", () => {
  const below = (percent: number): Bound => ({ kind: "percent", below: percent });
  test.each([
    [25, 1_000_000, 249_999, true, "25.0%"],
    [25, 1_000_000, 250_000, false, "25.0%"],
    [1, 886_000_000, 1_890_000, true, "0.21%"],
    [100, 10, 10, false, "100.0%"],
    [200, 10, 15, true, "150.0%"],
    [0.5, 1000, 4, true, "0.40%"],
    [25, 0, 0, false, "100.0%"],
    [101, 0, 0, true, "100.0%"],
    [25, 0, 1, false, "-"],
  ])("< %d%% of %d bytes, with %d: %s", (percent, baseline, candidate, holds, measured) => {
    expect(size(below(percent), baseline, candidate)).toEqual({
      claim: "size TEXT",
      holds,
      measured,
    });
  });
});

describe("an absolute bound", () => {
  test.each([
    [30_000_000, 29_999_999, true, "30.0 MB"],
    [30_000_000, 30_000_000, false, "30.0 MB"],
    [1, 0, true, "0 B"],
  ])("< %d bytes, with %d: %s", (below, candidate, holds, measured) => {
    expect(size({ kind: "absolute", below }, 5, candidate)).toMatchObject({ holds, measured });
  });
});

describe("smaller", () => {
  test.each([
    [1000, 999, true, "99.9%"],
    [1000, 1000, false, "100.0%"],
    [1000, 1001, false, "100.1%"],
    [0, 0, false, "100.0%"],
  ])("than %d bytes, with %d: %s", (baseline, candidate, holds, measured) => {
    expect(size({ kind: "less" }, baseline, candidate)).toMatchObject({ holds, measured });
  });
});

test("transfer is judged by compressed bytes, size by unpacked ones", () => {
  const bound: Bound = { kind: "percent", below: 50 };
  expect(
    judgeClaims(
      { ...NONE, size: { text: "< 50%", bound }, transfer: { text: "< 50%", bound } },
      image({ unpacked: 100, transfer: 100 }),
      image({ unpacked: 10, transfer: 90 }),
    ),
  ).toEqual([
    { claim: "size < 50%", holds: true, measured: "10.0%" },
    { claim: "transfer < 50%", holds: false, measured: "90.0%" },
  ]);
});

describe("user: non-root", () => {
  test.each([
    ["", false, "root (no USER)"],
    ["root", false, "root"],
    ["root:root", false, "root:root"],
    ["0", false, "0"],
    ["00", false, "00"],
    ["0:0", false, "0:0"],
    ["0:1000", false, "0:1000"],
    [":1000", false, ":1000"],
    ["root:1000", false, "root:1000"],
    ["nobody", true, "nobody"],
    ["nonroot", true, "nonroot"],
    ["65532:65532", true, "65532:65532"],
    ["1000:0", true, "1000:0"],
    ["rooter", true, "rooter"],
    ["10", true, "10"],
  ])("%j: %s", (user, holds, measured) => {
    expect(judgeClaims({ ...NONE, user: "non-root" }, image({}), image({ user }))).toEqual([
      { claim: "user non-root", holds, measured },
    ]);
  });
});

test("nothing claimed is nothing judged", () => {
  expect(judgeClaims(NONE, image({}), image({}))).toEqual([]);
});

test("packages are counted against the baseline's or against a number", () => {
  const judged = (text: string, bound: Bound, packages: number) =>
    judgeClaims(
      { ...NONE, packages: { text, bound } },
      image({}, anatomy(97)),
      image({}, anatomy(packages)),
    );
  expect(judged("fewer", { kind: "less" }, 95)).toEqual([
    { claim: "packages fewer", holds: true, measured: "95 of 97" },
  ]);
  expect(judged("fewer", { kind: "less" }, 97)).toEqual([
    { claim: "packages fewer", holds: false, measured: "97 of 97" },
  ]);
  expect(judged("< 20", { kind: "absolute", below: 20 }, 19)[0]).toMatchObject({ holds: true });
  expect(judged("< 20", { kind: "absolute", below: 20 }, 20)[0]).toMatchObject({ holds: false });
});

test("what is to be absent is looked up in the candidate, and told with where it was found", () => {
  const claims: Claims = {
    ...NONE,
    absent: ["shell", "package-manager", "compiler", "sources"],
  };
  const full = anatomy(1, {
    shells: ["/bin/sh", "/usr/bin/bash", "/usr/bin/dash", "/usr/bin/rbash"],
    packageManagers: ["/usr/bin/apt"],
    compilers: ["/usr/bin/gcc"],
    sources: ["/app/main.go"],
  });
  expect(judgeClaims(claims, image({}, full), image({}))).toEqual([
    { claim: "absent shell", holds: true, measured: "none" },
    { claim: "absent package-manager", holds: true, measured: "none" },
    { claim: "absent compiler", holds: true, measured: "none" },
    { claim: "absent sources", holds: true, measured: "none" },
  ]);
  expect(judgeClaims(claims, image({}), image({}, full))).toEqual([
    {
      claim: "absent shell",
      holds: false,
      measured: "4: /bin/sh, /usr/bin/bash, /usr/bin/dash",
    },
    { claim: "absent package-manager", holds: false, measured: "1: /usr/bin/apt" },
    { claim: "absent compiler", holds: false, measured: "1: /usr/bin/gcc" },
    { claim: "absent sources", holds: false, measured: "1: /app/main.go" },
  ]);
});

test("every claim has a result under the name that it is announced by", () => {
  const less = { text: "fewer", bound: { kind: "less" } } as const;
  const claims: Claims = {
    size: less,
    transfer: less,
    packages: less,
    absent: ["shell", "compiler"],
    user: "non-root",
  };
  const judged = judgeClaims(claims, image({}), image({}));
  expect(judged.map(({ claim }) => claim)).toEqual(claimNames(claims));
  expect(claimNames(claims)).toHaveLength(6);
  expect(claimNames(NONE)).toEqual([]);
});
