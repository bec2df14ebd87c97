import { expect, test } from "vitest";
import { inTime } from "../../src/drive/launch.ts";

test("what is being started when a run is ended is removed before that is told", async () => {
  const asked = Promise.withResolvers<AsyncDisposable>();
  const ending = new AbortController();
  const told: string[] = [];
  const starting = inTime(asked.promise, "start it", ending.signal).catch((error: unknown) => {
    told.push(`ended: ${(error as Error).message}`);
  });
  ending.abort(new Error("interrupted"));
  await new Promise((resolve) => setTimeout(resolve, 20));
  asked.resolve({
    async [Symbol.asyncDispose]() {
      await new Promise((resolve) => setTimeout(resolve, 20));
      told.push("removed");
    },
  });
  await starting;
  expect(told).toEqual(["removed", "ended: interrupted"]);
});

test("what cannot be started ends a run no later", async () => {
  const ending = new AbortController();
  ending.abort(new Error("interrupted"));
  await expect(
    inTime(Promise.reject(new Error("refused")), "start it", ending.signal),
  ).rejects.toThrow("interrupted");
});
