/** Files and folders that a message names, or that a silence is about. */
import { describe, expect, test } from "vitest";
import { causes, explained, type Twin } from "./pair.ts";

const app: Twin = { files: { "/app/app.py": "x" }, config: { workdir: "/app" } };
const traceback = (error: string): string => `Exception on /export [POST]
Traceback (most recent call last):
  File "/app/app.py", line 5, in export
    with EXPORT.open("w") as file:
${error}`;

describe("a file that is to be made", () => {
  const nonroot = { ...app.config, user: "65532" };

  test("in a folder that only the baseline has", () => {
    const baseline = { ...app, files: { ...app.files, "/app/exports": "/" } };
    const said = traceback("FileNotFoundError: No such file or directory: '/app/exports/all.csv'");
    expect(explained(baseline, { ...app, config: nonroot, said }, {})[0]).toEqual({
      id: "missing-file",
      evidence: "/app/exports is in the baseline and not in the candidate",
      mend: "COPY --chown=65532 --from=builder /app/exports /app/exports",
    });
    const same = { ...baseline, said };
    expect(causes(baseline, same)).toEqual([]);
  });

  test("in a folder that is another's: the line that says so names it, not what stands around", () => {
    const files = { ...app.files, "/app/exports": "/" };
    const said = traceback("PermissionError: Permission denied: '/app/exports/all.csv'");
    const found = causes({ ...app, files }, { files, config: nonroot, said });
    expect(found[0]).toMatch(/^not-writable: \/app\/exports belongs to 0:0/);
  });
});

describe("a file that the baseline speaks of", () => {
  const baseline = {
    files: { ...app.files, "/app/migrations/0001.sql": "x" },
    config: app.config ?? {},
    said: "applied 0001.sql\nserving",
  };

  test("and the candidate neither has nor misses aloud", () => {
    expect(causes(baseline, { ...app, said: 'serving\nrelation "tickets" unknown' })).toEqual([
      "missing-file: /app/migrations/0001.sql is in the baseline and not in the candidate",
    ]);
  });

  test("and that is missing with its folder comes with it", () => {
    const [first] = explained(baseline, { ...app, said: "serving" }, {});
    expect(first?.mend).toBe("COPY --from=builder /app/migrations /app/migrations");
  });

  test("and the candidate has is no cause", () => {
    expect(causes(baseline, { ...baseline, said: "serving" })).toEqual([]);
  });
});
