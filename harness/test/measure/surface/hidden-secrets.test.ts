import { expect, test } from "vitest";
import { joined } from "../../../src/measure/surface/findings.ts";
import { hiddenSecrets } from "../../../src/measure/surface/hidden-secrets.ts";
import { surfaceSurvey } from "../../../src/measure/surface/surface.ts";
import { surveyed } from "../../../src/measure/tree/survey.ts";
import { merge, type Merged } from "../../../src/measure/tree/merge.ts";
import { entry, file, tar } from "../fixtures/tar.ts";
import { inventoryOf } from "../tree/layers.ts";

const netrc = (password: string) => file("root/.netrc", `password ${password}`);
const layers = async (...all: readonly (readonly Buffer[])[]): Promise<Merged> =>
  merge(all.map((parts) => inventoryOf(tar(...parts))));

test("a secret that a later layer deleted is in the image all the same", async () => {
  const merged = await layers([netrc("hunter2")], [file("root/.wh..netrc", "")]);
  expect(surveyed(merged.tree, surfaceSurvey).secrets.count).toBe(0);
  expect(hiddenSecrets(merged)).toEqual({
    count: 1,
    bytes: 16,
    paths: ["/root/.netrc (password, deleted in a later layer)"],
  });
});

test("so is one that was replaced, or went with its folder", async () => {
  const merged = await layers(
    [netrc("hunter2"), file("app/.env", "DB_PASSWORD=hunter2\n")],
    [file("root/.netrc", ""), file(".wh.app", "")],
  );
  expect(hiddenSecrets(merged).paths).toEqual([
    "/app/.env (environment file with secrets, deleted in a later layer)",
    "/root/.netrc (password, replaced in a later layer)",
  ]);
});

test("a copy of what is still there is no second one", async () => {
  const again = entry({ name: "root/.netrc", mode: 0o600 }, "password hunter2");
  const merged = await layers([netrc("hunter2")], [again], [netrc("hunter2")]);
  expect(surveyed(merged.tree, surfaceSurvey).secrets.count).toBe(1);
  expect(hiddenSecrets(merged).count).toBe(0);
});

test("what is lost without holding a secret is none", async () => {
  const merged = await layers([file("app/x", "1")], [file("app/.wh.x", "")]);
  expect(merged.lost).toHaveLength(1);
  expect(hiddenSecrets(merged)).toEqual({ count: 0, bytes: 0, paths: [] });
});

test("findings of both kinds as one keep the first twenty", () => {
  const some = (from: number) => ({
    count: 15,
    bytes: 100,
    paths: Array.from({ length: 15 }, (_, n) => `/${String(from + 2 * n).padStart(2, "0")}`),
  });
  expect(joined(some(0), some(1))).toEqual({
    count: 30,
    bytes: 200,
    paths: Array.from({ length: 20 }, (_, n) => `/${String(n).padStart(2, "0")}`),
  });
});
