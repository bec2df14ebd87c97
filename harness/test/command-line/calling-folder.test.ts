import { expect, test } from "vitest";
import { callingFolder } from "../../src/command-line/calling-folder.ts";

const ENV = {
  INIT_CWD: "/checkout/apps/mine",
  npm_lifecycle_event: "slimproof",
  npm_package_json: "/checkout/package.json",
};

test("a script's caller stood where INIT_CWD says", () => {
  expect(callingFolder("slimproof", ENV, "/checkout")).toBe("/checkout/apps/mine");
});

test.each([
  ["nothing of a script", {}, "/checkout"],
  ["another script", { ...ENV, npm_lifecycle_event: "unit" }, "/checkout"],
  ["a folder that the script went to", ENV, "/checkout/docs"],
  ["no folder", { ...ENV, INIT_CWD: "" }, "/checkout"],
])("%s says nothing", (_, env, here) => {
  expect(callingFolder("slimproof", env, here)).toBeNull();
});
