import { expect, test } from "vitest";
import { withSettings } from "../../src/bases/recipes/golang.ts";

const OWN = "# Defaults.\nGOPROXY=https://own.example,direct\nGOSUMDB=sums\n\nGOTOOLCHAIN=auto\n";

test("a setting takes the place of the file's own, which would win by coming first", () => {
  expect(withSettings(OWN, { GOPROXY: "https://a.example", GOPRIVATE: "b.example" })).toBe(
    "# Defaults.\nGOSUMDB=sums\n\nGOTOOLCHAIN=auto\nGOPROXY=https://a.example\nGOPRIVATE=b.example\n",
  );
});

test("a file that is not there yet holds the settings alone", () => {
  expect(withSettings("", { GOPROXY: "off" })).toBe("GOPROXY=off\n");
});
