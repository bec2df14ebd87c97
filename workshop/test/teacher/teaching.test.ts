import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { COURSE, loadCourse } from "../../src/course/load.ts";
import { imagesIn } from "../../src/teacher/course-images.ts";

const ROOT = join(COURSE, "..");
const course = await loadCourse();

/** Rows of the table under a heading, without its head. */
async function tableOf(file: string, heading: string): Promise<readonly (readonly string[])[]> {
  const text = await readFile(join(ROOT, file), "utf8");
  const [, part = ""] = text.split(`${heading}\n`);
  const [section = ""] = part.split(/^## /m);
  const rows = section.split("\n").filter((it) => it.startsWith("|"));
  return rows.slice(2).map((it) =>
    it
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

test.each([
  ["## An hour and a half", 90],
  ["## Half a day", 240],
])("the agenda %s takes what its exercises say, and fits", async (heading, most) => {
  const rows = await tableOf("TEACHING.md", heading);
  let minute = 0;
  for (const [from, what = "", minutes] of rows) {
    expect(from).toBe(`${Math.floor(minute / 60)}:${String(minute % 60).padStart(2, "0")}`);
    const exercise = course.find(({ name }) => what.includes(`exercises/${name}/`));
    if (what.includes("exercises/")) {
      expect(what).toContain(`[${exercise?.number}. ${exercise?.title}]`);
      expect(minutes, what).toBe(String(exercise?.minutes));
    }
    minute += Number(minutes);
  }
  expect(rows.length).toBeGreaterThan(5);
  expect(minute).toBeLessThanOrEqual(most);
});

test("the front page lists every exercise with its idea and its minutes", async () => {
  const rows = await tableOf("README.md", "# The workshop: multi-stage builds by doing");
  expect(rows).toEqual(
    course.map(({ name, number, title, idea, minutes }) => [
      `[${number}. ${title}](exercises/${name}/README.md)`,
      idea,
      String(minutes),
    ]),
  );
});

test("images that a text offers are those with a registry", () => {
  expect(
    imagesIn(
      "Take `gcr.io/distroless/base-debian13`, or FROM ghcr.io/a/b/c:1.2-x. See https://docs.docker.com/build/x and golang:1.26.",
    ),
  ).toEqual(["gcr.io/distroless/base-debian13", "ghcr.io/a/b/c:1.2-x"]);
});
