/** Modules that a language does not find: not there, or where it does not look. */
import { describe, expect, test } from "vitest";
import { cause, causes, explained, program, script, type Twin } from "./pair.ts";

const SITE = "/usr/local/lib/python3.13/site-packages";
const missing = "ModuleNotFoundError: No module named 'flask'";
const base: Twin = {
  files: { "/usr/local/bin/python3.13": program(), [`${SITE}/flask/__init__.py`]: "x" },
  config: { cmd: ["/usr/local/bin/python3.13", "app.py"], workdir: "/app" },
  dockerfile: "FROM python:3.13-slim",
};
const distroless = (twin: Twin): Twin => ({
  dockerfile: "FROM python:3.13-slim AS builder\nFROM gcr.io/distroless/python3-debian13",
  said: missing,
  ...twin,
  files: { "/usr/bin/python3.13": program(), ...twin.files },
  config: { entrypoint: ["/usr/bin/python3.13"], cmd: ["app.py"], workdir: "/app", ...twin.config },
});

describe("a Python module", () => {
  test("in a folder of pip's --target that no PYTHONPATH names", () => {
    const candidate = distroless({ files: { "/packages/flask/__init__.py": "x" } });
    expect(explained(base, candidate, {})[0]).toEqual({
      id: "missing-module",
      evidence: `flask is at ${SITE}/flask in the baseline and at /packages/flask in the candidate, where /usr/bin/python3.13 does not look`,
      mend: "ENV PYTHONPATH=/packages",
    });
    const other = { ...candidate, config: { ...candidate.config, env: { PYTHONPATH: "/other" } } };
    expect(explained(base, other, {})[0]?.mend).toBe("ENV PYTHONPATH=/other:/packages");
  });

  test("is not the program of the same name", () => {
    const files = { ...base.files, "/usr/local/bin/flask": program() };
    const found = causes({ ...base, files }, distroless({}));
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(/^missing-module: /);
  });

  test("in a folder that the baseline's PYTHONPATH names", () => {
    const files = { "/usr/bin/python3.13": program(), "/packages/flask/__init__.py": "x" };
    const config = { env: { PYTHONPATH: "/packages" } };
    const [first] = explained({ files, config }, distroless({ files }), {});
    expect(first).toEqual({
      id: "lost-env",
      evidence:
        "the baseline has ENV PYTHONPATH=/packages, the candidate does not; flask lies at /packages/flask",
      mend: "ENV PYTHONPATH=/packages",
    });
  });

  test("of the application, in a folder that the baseline's PYTHONPATH names", () => {
    const twin = distroless({ files: { "/app/src/shop.py": "x" }, said: "" });
    const candidate = { ...twin, said: "No module named 'shop'" };
    const set = { ...twin, config: { ...twin.config, env: { PYTHONPATH: "/app/src" } } };
    expect(cause(set, candidate)).toMatch(/^lost-env: the baseline has ENV PYTHONPATH=\/app\/src/);
    expect(causes(twin, candidate)).toEqual([]);
  });

  test("that pip has for itself is not the one that is missing", () => {
    const vendor = `${SITE}/pip/_vendor`;
    const pip = {
      "/usr/local/bin/python3.13": program(),
      [`${SITE}/pip/__init__.py`]: "x",
      [`${vendor}/__init__.py`]: "x",
      [`${vendor}/requests/__init__.py`]: "x",
    };
    const both = { config: base.config ?? {} };
    const baseline = { ...both, files: { ...pip, [`${SITE}/requests/__init__.py`]: "x" } };
    expect(cause(baseline, { ...both, files: pip, said: "No module named 'requests'" })).toBe(
      `missing-module: the candidate's program asks for requests, which the baseline has at ${SITE}/requests and the candidate does not`,
    );
  });

  test("that is copied to where the candidate does not look says so", () => {
    expect(explained(base, distroless({}), {})[0]?.mend).toBe(
      `COPY --from=builder ${SITE} ${SITE} and ENV PYTHONPATH=${SITE}`,
    );
    const asks = distroless({ config: { env: { PYTHONPATH: "/packages" } } });
    expect(explained(base, asks, {})[0]?.mend).toBe("COPY --from=builder /packages /packages");
  });

  test("in a virtual environment, or where a script's Python looks, is not out of sight", () => {
    const venv = "/venv/lib/python3.13/site-packages/flask/__init__.py";
    const files = {
      "/usr/local/bin/python3.13": program(),
      "/venv/bin/python": "-> /usr/local/bin/python3.13",
      "/venv/bin/flask": script("/venv/bin/python"),
      [venv]: "x",
    };
    for (const cmd of [["/venv/bin/python", "app.py"], ["/venv/bin/flask"]])
      expect(causes({ files, config: { cmd } }, { files, config: { cmd }, said: missing })).toEqual(
        [],
      );
  });
});

test("a Node package in a folder that the baseline's NODE_PATH names", () => {
  const files = { "/deps/express/package.json": "{}" };
  const set = { files, config: { env: { NODE_PATH: "/deps" } } };
  expect(explained(set, { files, said: "Error: Cannot find module 'express'" }, {})[0]).toEqual({
    id: "lost-env",
    evidence:
      "the baseline has ENV NODE_PATH=/deps, the candidate does not; express lies at /deps/express",
    mend: "ENV NODE_PATH=/deps",
  });
});
