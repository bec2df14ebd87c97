import type Docker from "dockerode";
import { describe, expect, test } from "vitest";
import { forgetSteps } from "../../src/engine/build-cache.ts";
import { EngineError } from "../../src/model/error.ts";
import type { BuildStep } from "../../src/model/rebuild.ts";

const BEGAN = Date.parse("2026-01-02T03:04:05Z");

function step(name: string, more: Partial<BuildStep> = {}): BuildStep {
  return {
    name,
    instruction: name.replace(/^\[.*?\] /, ""),
    stage: null,
    own: !name.startsWith("["),
    cached: false,
    seconds: 1,
    inputs: [],
    span: { from: BEGAN, to: BEGAN + 1000 },
    ...more,
  };
}

interface Asked {
  readonly method: string;
  readonly path: string;
  readonly options: { readonly _query: Readonly<Record<string, string>> };
}

/** An engine whose cache holds these records, and that remembers what it was asked to remove. */
function engine(records: readonly object[]): { docker: Docker; removed: string[] } {
  const removed: string[] = [];
  const dial = (
    { method, path, options }: Asked,
    answer: (error: Error | null, value?: unknown) => void,
  ): void => {
    if (method === "GET" && path === "/system/df?" && options._query["type"] === "build-cache")
      return answer(null, {
        BuildCache: records.map((it, at) => ({ ...RECORD, ID: `id${at}`, ...it })),
      });
    if (method !== "POST" || path !== "/build/prune?")
      return answer(new Error(`${method} ${path}`));
    const { id } = JSON.parse(options._query["filters"] ?? "") as { id: [string] };
    removed.push(...id[0].replaceAll(/[\^$()]/g, "").split("|"));
    return answer(null, { SpaceReclaimed: 10 });
  };
  return { docker: { modem: { dial } } as unknown as Docker, removed };
}

const RECORD = {
  Type: "regular",
  InUse: false,
  CreatedAt: "2026-01-02T03:04:05.5Z",
  Description: "[2/3] COPY a b",
};

describe("what is removed from the build cache", () => {
  test("is what carries a step's name or is a command's, and was made while it ran", async () => {
    const { docker, removed } = engine([
      {},
      { CreatedAt: "2026-01-02T03:04:06.5Z" },
      { CreatedAt: "2026-01-02T03:04:04.5Z" },
      { CreatedAt: "when?" },
      { Description: "[2/3] COPY c d" },
      { Description: "mount / from exec /bin/sh -c make" },
      { Description: "mount / from exec /bin/sh -c make", CreatedAt: "2026-01-02T03:04:09Z" },
      { Type: "exec.cachemount", Description: "mount / from exec /bin/sh -c make" },
      { InUse: true },
    ]);
    const freed = await forgetSteps(docker, [step("[2/3] COPY a b"), step("[3/3] RUN make")]);
    expect(removed).toEqual(["id0", "id5"]);
    expect(freed).toBe(10);
  });

  test("is nothing of a step that was cached or never begun, and a command's only for a RUN", async () => {
    const { docker, removed } = engine([{}, { Description: "mount / from exec /bin/sh -c make" }]);
    await forgetSteps(docker, [
      step("[2/3] COPY a b", { cached: true }),
      step("[3/3] RUN make", { span: null }),
      step("[2/3] WORKDIR /x"),
    ]);
    expect(removed).toEqual([]);
  });

  test("is asked for in pieces that fit into an address", async () => {
    const { docker, removed } = engine(Array.from({ length: 120 }, () => ({})));
    expect(await forgetSteps(docker, [step("[2/3] COPY a b")])).toBe(30);
    expect(removed).toHaveLength(120);
  });
});

test("a refusal is told", async () => {
  const dial = (_: unknown, answer: (error: Error) => void): void => answer(new Error("no"));
  const docker = { modem: { dial } } as unknown as Docker;
  const forgetting = forgetSteps(docker, [step("[2/3] COPY a b")]);
  await expect(forgetting).rejects.toThrow(EngineError);
  await expect(forgetting).rejects.toThrow(/build cache cannot be tidied up: no/);
});
