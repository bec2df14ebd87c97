/** When a variable that differs is a cause, and when it is none. */
import { describe, expect, test } from "vitest";
import { cause, causes, explained, program, type Question, type Twin } from "./pair.ts";

/** What an official Python image sets; a candidate on another base has none of it. */
const OF_THE_BASE = {
  LANG: "C.UTF-8",
  GPG_KEY: "7169605F62C751356D054A26A821E680E5FA6305",
  PYTHON_VERSION: "3.13.5",
  PYTHON_SHA256: "93e583f243454e6e9e4588ca2c2662206ad961659863277afcdb96801647d640",
};
const python = (twin: Twin = {}): Twin => ({
  ...twin,
  config: { ...twin.config, env: { ...OF_THE_BASE, ...twin.config?.env } },
});
const traceback = (error: string): string => `Traceback (most recent call last):
  File "/app/app.py", line 3, in <module>
    text = open(path, encoding="utf-8").read()
${error}`;

describe("a variable of a base image is not the cause", () => {
  const page = "text/html; charset=utf-8\nServer: Werkzeug/3.1.3 Python/3.13.5\nfrom Python 3.13.5";
  test.each<[string, Twin, Twin, string]>([
    [
      "of a module that is missing",
      { files: { "/l/site-packages/flask/__init__.py": "x" }, said: page },
      { said: traceback("ModuleNotFoundError: No module named 'flask'") },
      "missing-module",
    ],
    [
      "of a file that is missing",
      { files: { "/app/templates/desk.html": "x" }, said: page },
      { said: traceback("jinja2.exceptions.TemplateNotFound: desk.html") },
      "missing-file",
    ],
    [
      "of a user that is not listed",
      { files: { "/etc/passwd": { content: { users: [{ name: "app", uid: 0 }] } } }, said: page },
      { said: traceback("KeyError: 'getpwuid(): uid not found: 0'") },
      "missing-user",
    ],
    [
      "of a program that is missing",
      { files: { "/usr/bin/git": program() }, said: page },
      { said: traceback("[Errno 2] No such file or directory: 'git'") },
      "missing-file",
    ],
  ])("%s", (_, baseline, candidate, id) => {
    const found = explained(python(baseline), candidate, {});
    expect(found[0]?.id).toBe(id);
    expect(found.map((it) => it.id)).not.toContain("lost-env");
  });

  test.each<[string, string, string]>([
    ["an answer that failed, and had a charset", page, traceback("OperationalError: no tickets")],
    ["another page with a charset", '{"tickets": []}', "text/html; charset=utf-8"],
    ["an answer in another encoding of transfer", "content-encoding: br", "content-encoding: gzip"],
    [
      "the version of Python in a header",
      "Werkzeug/3.1.3 Python/3.13.5",
      "Werkzeug/3.1.3 Python/3.13.3",
    ],
    ["nothing at all", page, ""],
  ])("of %s", (_, was, is) => {
    expect(causes(python({ said: was }), { said: is })).toEqual([]);
  });
});

test("the time zone is none of an answer with a Date, which is always in GMT", () => {
  const set = { config: { env: { TZ: "Europe/Berlin" } }, said: "Sun, 29 Nov 2026 15:44:24 GMT" };
  expect(causes(set, { said: "Sun, 29 Nov 2026 15:44:26 GMT\nno" })).toEqual([]);
});

describe("a variable is the cause", () => {
  test.each<[string, Twin, Twin, string]>([
    [
      "that the message names, whoever set it",
      python({ said: "3.13.5" }),
      { said: traceback("KeyError: 'PYTHON_VERSION'") },
      "lost-env: the baseline has ENV PYTHON_VERSION, the candidate does not",
    ],
    [
      "whose value gave way to another",
      { config: { env: { GREETING: "Welcome home" } }, said: "at 8: Welcome home, you" },
      { said: "at 8: Hello, you" },
      "lost-env: the baseline has ENV GREETING, the candidate does not",
    ],
    [
      "of the character set, for what it cannot write",
      python({ said: "Grüße" }),
      { said: traceback("UnicodeEncodeError: 'ascii' codec can't encode character") },
      "lost-env: LANG is not set in the candidate, C.UTF-8 in the baseline",
    ],
    [
      "of the character set, which the program prints",
      python({ said: "file system encoding: utf-8, 3 files" }),
      { said: "file system encoding: ascii, 3 files" },
      "lost-env: LANG is not set in the candidate, C.UTF-8 in the baseline",
    ],
    [
      "of the time zone, for another hour",
      { config: { env: { TZ: "Europe/Berlin" } }, said: "it is 14:30 +0200" },
      { said: "it is 12:30 +0000" },
      "lost-env: the baseline has ENV TZ, the candidate does not",
    ],
    [
      "of the certificates, which are there",
      { config: { env: { SSL_CERT_FILE: "/ca.pem" } }, files: { "/ca.pem": "x" }, said: "ok" },
      { files: { "/ca.pem": "x" }, said: "x509: certificate signed by unknown authority" },
      "lost-env: the baseline has ENV SSL_CERT_FILE, the candidate does not",
    ],
  ])("%s", (_, baseline, candidate, expected) => {
    expect(cause(baseline, candidate)).toBe(expected);
  });

  test("of the order of letters, for lines that come in another", () => {
    const question: Question = { values: ["adam\nBerta\nzoe", "Berta\nadam\nzoe"] };
    const [was, is] = question.values as [string, string];
    const baseline = { config: { env: { LANG: "en_US.UTF-8" } }, said: was };
    expect(cause(baseline, { said: is }, question)).toBe(
      "lost-env: LANG is not set in the candidate, en_US.UTF-8 in the baseline",
    );
    expect(causes(baseline, { said: "Berta" }, { values: [was, "Berta"] })).toEqual([]);
  });

  test("of the search path, for a command that lies elsewhere on it", () => {
    const files = { "/venv/bin/flask": program(), "/usr/bin/env": program() };
    const config = { cmd: ["flask", "run"] };
    const set = { PATH: "/venv/bin:/usr/bin" };
    const baseline = { files, config: { ...config, env: set }, ownEnv: ["PATH"] };
    const candidate = { files, config: { ...config, env: { PATH: "/usr/bin" } } };
    expect(explained(baseline, candidate, { values: ["0", "127"] })[0]).toEqual({
      id: "changed-env",
      evidence: 'ENV PATH is "/usr/bin" in the candidate, "/venv/bin:/usr/bin" in the baseline',
      mend: "ENV PATH=/venv/bin:/usr/bin",
    });
    const asks = { cmd: ["/usr/bin/env"] };
    const said = 'exec: "git": executable file not found in $PATH';
    const git = { ...files, "/usr/bin/git": program() };
    expect(
      causes(
        { files: git, config: { ...asks, env: set }, ownEnv: ["PATH"] },
        { files, config: { ...asks, env: { PATH: "/usr/bin" } }, said },
      ),
    ).toEqual([
      "missing-file: the candidate's program runs git, which the baseline has at /usr/bin/git and the candidate does not",
    ]);
  });

  test("of the pair's own Dockerfiles, faintly, when nothing else is known", () => {
    const own: Twin = { config: { env: { CACHE_MB: "8" } }, ownEnv: ["CACHE_MB"], said: "ok" };
    expect(cause(own, { said: "killed" })).toBe(
      "lost-env: the baseline has ENV CACHE_MB, the candidate does not",
    );
    expect(
      cause({ ...own, files: { "/app/a.sql": "x" } }, { said: "cannot open /app/a.sql" }),
    ).toBe("missing-file: /app/a.sql is in the baseline and not in the candidate");
  });

  test("less than what it stands beside in the code that a traceback shows", () => {
    const own: Twin = {
      config: { env: { NAME: "Desk" } },
      ownEnv: ["NAME"],
      files: { "/app/tables.sql": "x" },
      said: "ok",
    };
    const said = `Traceback (most recent call last):
  File "/app/app.py", line 9, in page
    return page(os.environ.get("NAME", "x"))
relation "tickets" does not exist: /app/tables.sql`;
    expect(causes(own, { said })).toEqual([
      "missing-file: /app/tables.sql is in the baseline and not in the candidate",
      "lost-env: the baseline has ENV NAME, the candidate does not",
    ]);
  });
});
