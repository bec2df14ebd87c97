/** What the program's own message names: packages, libraries, data, places. */
import { describe, expect, test } from "vitest";
import { http, cause, causes, program, type Question, type Twin } from "./pair.ts";

describe("what the program's message names", () => {
  test.each<[string, Twin, Twin, Question, string]>([
    [
      "certificates",
      { files: { "/etc/ssl/certs/ca-certificates.crt": "pem" } },
      { said: "x509: certificate signed by unknown authority" },
      {},
      "missing-ca-certificates: the baseline has certificates to verify others with in /etc/ssl/certs/ca-certificates.crt, the candidate has none in any of the usual places",
    ],
    [
      "a time zone",
      { files: { "/usr/share/zoneinfo/Asia/Kolkata": "tz" } },
      { said: "error: unknown time zone Asia/Kolkata" },
      {},
      "missing-timezone-data: the baseline has time zones in /usr/share/zoneinfo, the candidate has none (asked for: Asia/Kolkata)",
    ],
    [
      "Go's own zones",
      { files: { "/usr/local/go/lib/time/zoneinfo.zip": "zip" } },
      { said: "error: unknown time zone Asia/Kolkata" },
      {},
      "missing-timezone-data: the baseline has time zones in /usr/local/go/lib/time/zoneinfo.zip, the candidate has none (asked for: Asia/Kolkata)",
    ],
    [
      "a zone that silently is UTC",
      { files: { "/usr/share/zoneinfo/Europe/Berlin": "tz" }, said: "it is 14:30 +0200" },
      { said: "it is 12:30 +0000" },
      { run: { env: { TZ: "Europe/Berlin" } } },
      "missing-timezone-data: the baseline has time zones in /usr/share/zoneinfo, the candidate has none (asked for: Europe/Berlin)",
    ],
    [
      "a locale",
      { config: { env: { LANG: "C.UTF-8" } }, said: "Grüße" },
      {
        config: { env: { LC_ALL: "POSIX" } },
        said: "UnicodeEncodeError: 'ascii' codec can't encode",
      },
      {},
      "changed-env: LC_ALL is POSIX in the candidate, not set in the baseline",
    ],
    [
      "a locale's folder",
      { files: { "/usr/lib/locale/de_DE.utf8": "/" }, config: { env: { LANG: "de_DE.UTF-8" } } },
      {
        config: { env: { LANG: "de_DE.UTF-8" } },
        said: "locale.Error: unsupported locale setting",
      },
      {},
      "missing-locale: the baseline has /usr/lib/locale/de_DE.utf8 for de_DE.UTF-8, the candidate lacks it",
    ],
    [
      "a library that a program loads by itself",
      { files: { "/usr/lib/libcalc.so.1": program({ kind: "library" }) } },
      { said: "OSError: libcalc.so.1: cannot open shared object file: No such file" },
      {},
      "missing-library: the baseline has libcalc.so.1 at /usr/lib/libcalc.so.1, the candidate lacks it",
    ],
    [
      "a Python package",
      { files: { "/venv/lib/python3.13/site-packages/yaml/__init__.py": "x" } },
      { said: "ModuleNotFoundError: No module named 'yaml'" },
      {},
      "missing-module: the candidate's program asks for yaml, which the baseline has at /venv/lib/python3.13/site-packages/yaml and the candidate does not",
    ],
    [
      "a Node package",
      { files: { "/app/node_modules/express/package.json": "{}" } },
      { said: "Error: Cannot find module 'express'" },
      {},
      "missing-module: the candidate's program asks for express, which the baseline has at /app/node_modules/express and the candidate does not",
    ],
    [
      "a module of the application",
      { files: { "/app/helpers.py": "x" }, config: { workdir: "/app" } },
      { said: "ModuleNotFoundError: No module named 'helpers'", config: { workdir: "/app" } },
      {},
      "missing-file: the candidate's program asks for helpers, which the baseline has at /app/helpers.py and the candidate does not",
    ],
    [
      "a template",
      { files: { "/app/templates/about.html": "x" }, config: { workdir: "/app" } },
      { said: "jinja2.exceptions.TemplateNotFound: about.html", config: { workdir: "/app" } },
      { probe: http },
      "missing-file: /app/templates/about.html is in the baseline and not in the candidate",
    ],
    [
      "a program that it runs",
      { files: { "/usr/bin/git": program() }, config: { env: { PATH: "/usr/bin" } } },
      {
        said: 'exec: "git": executable file not found in $PATH',
        config: { env: { PATH: "/usr/bin" } },
      },
      {},
      "missing-file: the candidate's program runs git, which the baseline has at /usr/bin/git and the candidate does not",
    ],
    [
      "a shell that it runs",
      { files: { "/bin/sh": program() }, config: { env: { PATH: "/bin" } } },
      { said: "fork/exec /bin/sh: no such file or directory" },
      {},
      "missing-shell: the candidate's program runs /bin/sh, which the baseline has at /bin/sh and the candidate does not",
    ],
    [
      "a folder that it may not write to",
      { files: { "/data": "/" } },
      {
        files: { "/data": "/" },
        config: { user: "65532" },
        said: "open /data/db: permission denied",
      },
      {},
      "not-writable: /data belongs to 0:0 with mode 0755 in the candidate, which runs as 65532; the baseline runs as 0 and may write to it",
    ],
    [
      "a media type beside it, which is no path",
      { files: { "/data": "/" } },
      {
        files: { "/data": "/" },
        config: { user: "65532" },
        said: "text/plain\nopen /data/db: permission denied",
      },
      {},
      "not-writable: /data belongs to 0:0 with mode 0755 in the candidate, which runs as 65532; the baseline runs as 0 and may write to it",
    ],
    [
      "no temporary folder",
      { files: { "/tmp": { kind: "directory", mode: 0o1777 } } },
      { said: "error: cannot create temporary file" },
      {},
      "no-tmp: the baseline has /tmp, the candidate does not",
    ],
    [
      "an account",
      {
        files: { "/etc/passwd": { content: { users: [{ name: "app", uid: 1000 }] } } },
        config: { user: "1000" },
      },
      { said: "KeyError: 'getpwuid(): uid not found: 1000'", config: { user: "1000" } },
      {},
      "missing-user: the candidate runs as user 1000, and its /etc/passwd is not there; the baseline's lists its own",
    ],
    [
      "a changed file",
      { files: { "/app/config.json": "old" } },
      { files: { "/app/config.json": "new" }, said: "bad value in /app/config.json" },
      {},
      "changed-file: /app/config.json has other content in the candidate",
    ],
  ])("%s", (_, baseline, candidate, question, expected) => {
    expect(cause(baseline, candidate, question)).toBe(expected);
  });

  test("is looked up: without a difference between the images there is no cause", () => {
    const said = `x509: certificate signed by unknown authority
unknown time zone Asia/Kolkata
OSError: libcalc.so.1: cannot open shared object file
ModuleNotFoundError: No module named 'yaml'
exec: "git": executable file not found
open /data/db: permission denied
cannot create temporary file
uid not found
/bin/sh: no such file or directory
TemplateNotFound: about.html`;
    expect(causes({}, { said })).toEqual([]);
  });
});
