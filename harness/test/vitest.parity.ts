/** The test door: its matchers, and what their failures say. describePair is how the apps are tested. */
import { join } from "node:path";
import { expect, test } from "vitest";
import "../src/vitest.ts";

const contract = join(import.meta.dirname, "fixtures", "says-hello");

test("an image behaves like itself under another name", async () => {
  await expect("debian:13-slim").toBehaveLike("debian:trixie-slim", { contract });
});

test("an image with another command does not behave alike, and the failure shows the difference", async () => {
  const failed = expect("python:3.13-slim").toBehaveLike("debian:trixie-slim", { contract });
  await expect(failed).rejects.toThrow(/image config\.cmd\n.*- \["bash"\]\n.*\+ \["python3"\]/);
});

test("an image that is not there is an error that says so", async () => {
  const failed = expect("no-such-image:1").toBehaveLike("debian:trixie-slim", { contract });
  await expect(failed).rejects.toThrow("image no-such-image:1 is not in the engine");
});

test("an image is smaller than another one, by any amount or within a bound", async () => {
  await expect("debian:trixie-slim").toBeSmallerThan("python:3.13-slim");
  await expect("debian:trixie-slim").toBeSmallerThan("python:3.13-slim", "< 99%");
  await expect("python:3.13-slim").not.toBeSmallerThan("debian:trixie-slim");
});

test("a bound that does not hold is told with what was measured", async () => {
  const failed = expect("debian:trixie-slim").toBeSmallerThan("python:3.13-slim", "< 1 MB");
  await expect(failed).rejects.toThrow(
    /measures \d+(\.\d+)? MB of python:3\.13-slim, wanted: < 1 MB/,
  );
});
