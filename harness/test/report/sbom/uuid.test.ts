import { expect, test } from "vitest";
import { uuidOf } from "../../../src/report/sbom/uuid.ts";

test("a text's UUID is the one that Python's uuid.uuid5 has for it in our namespace", () => {
  expect(uuidOf("Grüße")).toBe("81d016dc-2db3-5edc-b245-350237e30210");
});

test("another text has another one", () => {
  expect(uuidOf("a")).not.toBe(uuidOf("b"));
});
