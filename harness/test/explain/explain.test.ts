import { describe, expect, test } from "vitest";
import type { Probe } from "../../src/model/contract.ts";
import { causes, explained, program, script, type Question, type Twin } from "./pair.ts";

const LOADER = "/lib64/ld-linux-x86-64.so.2";
const app: Twin = { files: { "/app/app": program() }, config: { cmd: ["/app/app"] } };
const started: Question = { fact: "exit.code", values: ["0", "127"] };
const http: Probe = {
  kind: "http",
  name: "asks",
  within: 1000,
  expect: {},
  method: "GET",
  path: "/",
  port: 80,
  headers: {},
  body: null,
  parallel: 1,
};
const stop: Probe = { kind: "stop", name: "stops", within: 1000, expect: {}, signal: null };

/** The likeliest cause alone. */
const cause = (baseline: Twin, candidate: Twin, question?: Question): string | undefined =>
  causes(baseline, candidate, question)[0];

describe("what cannot be started", () => {
  test("missing-loader, and what mends it for Go", () => {
    const file = program({ interpreter: LOADER, needed: ["libc.so.6"] });
    const libraries = {
      [LOADER]: program({ kind: "library" }),
      "/usr/lib/x86_64-linux-gnu/libc.so.6": program({ kind: "library", soname: "libc.so.6" }),
    };
    const baseline = { ...app, files: { "/app/app": file, ...libraries } };
    const candidate = { ...app, files: { "/app/app": file } };
    expect(cause(baseline, candidate, started)).toBe(
      `missing-loader: /app/app asks for ${LOADER}, which the candidate lacks`,
    );
    const go = program(
      { interpreter: LOADER },
      {
        content: {
          packages: [
            {
              kind: "go",
              name: "x",
              version: "1",
              path: "/app/app",
              architecture: null,
              source: null,
            },
          ],
        },
      },
    );
    const [first] = explained(
      { ...app, files: { "/app/app": go, ...libraries } },
      { ...app, files: { "/app/app": go } },
      started,
    );
    expect(first?.mend).toContain("CGO_ENABLED=0");
  });

  test("missing-library, copied from where the baseline has it", () => {
    const files = {
      "/app/app": program({ interpreter: LOADER, needed: ["libcalc.so.1"] }),
      [LOADER]: program({ kind: "library" }),
    };
    const library = program({ kind: "library", soname: "libcalc.so.1" });
    const [first] = explained(
      {
        ...app,
        files: { ...files, "/usr/lib/libcalc.so.1": library },
        dockerfile: "FROM debian:13",
      },
      {
        ...app,
        files,
        dockerfile: "FROM debian:13 AS build\nFROM scratch\nCOPY --from=build /a /a",
      },
      started,
    );
    expect(first).toEqual({
      id: "missing-library",
      evidence:
        "/app/app needs libcalc.so.1, which the candidate lacks and the baseline has at /usr/lib/libcalc.so.1",
      mend: "COPY --from=build /usr/lib/libcalc.so.1 /usr/lib/libcalc.so.1",
    });
  });

  test("missing-shell: a shell form without a shell, and its exec form", () => {
    const cmd = ["/bin/sh", "-c", "./app --name x"];
    const config = { cmd, workdir: "/app" };
    const [first] = explained(
      { files: { "/app/app": program(), "/bin/sh": program() }, config },
      { files: { "/app/app": program() }, config },
      started,
    );
    expect(first?.id).toBe("missing-shell");
    expect(first?.mend).toBe('CMD ["./app", "--name", "x"]');
  });

  test("missing-shell: a script's", () => {
    const files = { "/app/run.sh": script("/bin/bash") };
    const config = { cmd: ["/app/run.sh"] };
    expect(
      cause({ files: { ...files, "/bin/bash": program() }, config }, { files, config }, started),
    ).toBe("missing-shell: /app/run.sh is a script for /bin/bash, which is not there");
  });

  test("broken-shebang: the venv that moved", () => {
    const config = { cmd: ["/app/venv/bin/flask"] };
    const python = { "/usr/bin/python3": program() };
    const moved = {
      "/app/venv/bin/flask": script("/build/venv/bin/python"),
      "/app/venv/bin/python": "-> /usr/bin/python3",
      ...python,
    };
    const right = { ...moved, "/app/venv/bin/flask": script("/app/venv/bin/python") };
    expect(cause({ files: right, config }, { files: moved, config }, started)).toBe(
      "broken-shebang: /app/venv/bin/flask is a script for /build/venv/bin/python, which is not there",
    );
  });

  test("broken-shebang: a carriage return, and env that does not find it", () => {
    const config = { cmd: ["/run"], env: { PATH: "/usr/bin" } };
    const tools = { "/usr/bin/env": program(), "/usr/bin/python3": program() };
    const baseline = { files: { ...tools, "/run": script("/usr/bin/env python3") }, config };
    expect(
      cause(baseline, { files: { ...tools, "/run": script("/usr/bin/env\r") }, config }, started),
    ).toMatch(/^broken-shebang: the first line of \/run ends with a carriage return/);
    const without = {
      files: { "/usr/bin/env": program(), "/run": script("/usr/bin/env python3") },
      config,
    };
    expect(cause(baseline, without, started)).toBe(
      "broken-shebang: /run is a script for python3, which the candidate's PATH does not lead to",
    );
  });

  test("missing-file: it lies elsewhere, or a link leads nowhere", () => {
    const moved = {
      files: { "/calculator": program({}, { hash: "h" }) },
      config: app.config ?? {},
    };
    expect(
      cause({ ...app, files: { "/app/app": program({}, { hash: "h" }) } }, moved, started),
    ).toBe(
      "missing-file: the candidate runs /app/app, and there is no /app/app; the baseline's lies at /calculator there",
    );
    const config = { cmd: ["/venv/bin/python"] };
    const link = { "/venv/bin/python": "-> /usr/local/bin/python3" };
    expect(
      cause(
        { files: { ...link, "/usr/local/bin/python3": program() }, config },
        { files: link, config },
        started,
      ),
    ).toBe(
      "missing-file: /venv/bin/python is a link to /usr/local/bin/python3, which the candidate lacks",
    );
  });

  test("not-executable and architecture-mismatch", () => {
    expect(
      cause(app, { ...app, files: { "/app/app": program({}, { mode: 0o644 }) } }, started),
    ).toBe("not-executable: /app/app has mode 0644 in the candidate: nobody may execute it");
    expect(
      cause(app, { ...app, files: { "/app/app": program({ machine: "aarch64" }) } }, started),
    ).toBe(
      "architecture-mismatch: /app/app is a program for aarch64, the image is for linux/amd64",
    );
  });

  test("missing-user: a name that passwd does not list", () => {
    const passwd = { "/etc/passwd": { content: { users: [{ name: "app", uid: 1000 }] } } };
    const config = { ...app.config, user: "app" };
    expect(
      cause(
        { files: { ...app.files, ...passwd }, config },
        { files: app.files ?? {}, config },
        started,
      ),
    ).toBe("missing-user: the candidate runs as app, and has no /etc/passwd");
  });

  test("what the baseline has to live with as well explains nothing", () => {
    expect(causes({ ...app, files: {} }, { ...app, files: {} }, started)).toEqual([]);
  });
});

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

describe("what is asked of the program", () => {
  test("a path that a web server does not find", () => {
    const files = { "/srv/static/app.css": "x" };
    const probe = { ...http, path: "/static/app.css?v=1" };
    expect(cause({ files }, {}, { fact: "http.status", values: ["200", "404"], probe })).toBe(
      "missing-file: /srv/static/app.css is in the baseline and not in the candidate",
    );
  });

  test("content types come from a table", () => {
    const question = { fact: "http.header.content-type", values: ["a", "b"], probe: http } as const;
    expect(cause({ files: { "/etc/mime.types": "x" } }, {}, question)).toBe(
      "missing-file: the baseline knows content types by /etc/mime.types, the candidate has no such table",
    );
  });

  const python = { "/usr/bin/python3": program(), "/bin/sh": program() };
  const direct: Twin = { files: python, config: { cmd: ["/usr/bin/python3", "app.py"] } };
  const wrapped: Twin = {
    files: { ...python, "/app/start.sh": script("/bin/sh") },
    config: { cmd: ["/app/start.sh"] },
  };
  test("signal-not-forwarded and exit-code-swallowed by a script", () => {
    const stopped: Question = { fact: "stop.code", values: ["0", "137"], probe: stop };
    expect(explained(direct, wrapped, stopped)[0]).toEqual({
      id: "signal-not-forwarded",
      evidence:
        "process 1 of the candidate is a shell script (/app/start.sh), which keeps signals to itself; in the baseline it is /usr/bin/python3",
      mend: 'begin the last line of the script with exec, or CMD ["/usr/bin/python3", "app.py"]',
    });
    expect(cause(direct, wrapped, { fact: "exit.code", values: ["3", "0"] })).toMatch(
      /^exit-code-swallowed: /,
    );
    expect(causes(wrapped, wrapped, stopped)).toEqual([]);
  });

  test("a shell that has more to do than one command stays process 1", () => {
    const compound = {
      files: python,
      config: { cmd: ["/bin/sh", "-c", "python3 app.py || true"] },
    };
    const simple = { files: python, config: { cmd: ["/bin/sh", "-c", "/usr/bin/python3 app.py"] } };
    const ended: Question = { fact: "exit.code", values: ["3", "0"] };
    expect(cause(direct, compound, ended)).toMatch(/^exit-code-swallowed: /);
    expect(causes(direct, simple, ended)).toEqual([]);
  });

  test("a starter and a pipe stand between process 1 and the program", () => {
    const stopped: Question = { fact: "stop.intime", values: ["true", "false"], probe: stop };
    const npm = {
      files: { ...python, "/usr/bin/npm": program() },
      config: { cmd: ["npm", "start"] },
    };
    expect(cause(direct, npm, stopped)).toMatch(
      /^signal-not-forwarded: process 1 of the candidate is npm/,
    );
    const piped = { ...wrapped, config: { cmd: ["/bin/sh", "-c", "/app/start.sh | tee log"] } };
    const ended: Question = { fact: "exit.code", values: ["3", "0"] };
    expect(cause(wrapped, piped, ended)).toMatch(/^exit-code-swallowed: /);
  });

  test("changed-stopsignal", () => {
    const baseline = { ...direct, config: { ...direct.config, stopsignal: "SIGINT" } };
    expect(cause(baseline, direct, { fact: "stop.code", values: ["0", "143"], probe: stop })).toBe(
      "changed-stopsignal: STOPSIGNAL is not set in the candidate, SIGINT in the baseline",
    );
  });
});

describe("what the images differ in", () => {
  test.each<[string, readonly [string | null, string | null], string]>([
    ["config.env.MODE", ["x", null], "lost-env"],
    ["config.env.MODE", ["x", "y"], "changed-env"],
    ["config.workdir", ["/app", "/"], "changed-workdir"],
    ["config.user", ["", "65532"], "changed-user"],
    ["config.cmd", ['["a"]', '["b"]'], "changed-command"],
    ["config.entrypoint", ['["a"]', ""], "changed-command"],
    ["config.ports", ["80/tcp", ""], "changed-port"],
    ["config.stopsignal", ["SIGINT", ""], "changed-stopsignal"],
    ["config.healthcheck", ["{}", ""], "lost-healthcheck"],
    ["config.platform", ["linux/amd64", "linux/arm64"], "architecture-mismatch"],
  ])("%s from %j: %s", (fact, values, id) => {
    expect(cause({}, {}, { fact, values })).toMatch(new RegExp(`^${id}: `));
  });

  test("a variable whose value is gone from what was said", () => {
    const set = { config: { env: { APP_MODE: "production" } }, ownEnv: ["APP_MODE"] };
    expect(
      explained({ ...set, said: "mode production uid 0" }, { said: "mode debug uid 0" }, {})[0],
    ).toEqual({
      id: "lost-env",
      evidence: "the baseline has ENV APP_MODE, the candidate does not",
      mend: "ENV APP_MODE=production",
    });
    expect(causes({ ...set, ownEnv: [], said: "a" }, { said: "b" })).toEqual([]);
  });

  test("the user and the working folder that a program prints", () => {
    const baseline = { config: { user: "1000", workdir: "/app" }, said: "uid 1000 cwd /app" };
    const found = causes(baseline, { config: { workdir: "/" }, said: "uid 0 cwd /" });
    expect(found).toEqual([
      "changed-workdir: WORKDIR is / in the candidate, /app in the baseline",
      "changed-user: the candidate runs as root (0), the baseline as 1000 (1000)",
    ]);
  });

  test("version-drift, and which package it is", () => {
    const installed = (version: string): Twin => ({
      files: {
        "/l/site-packages/w.dist-info/METADATA": {
          content: {
            packages: [
              {
                kind: "python",
                name: "werkzeug",
                version,
                path: "/l/site-packages/w.dist-info/METADATA",
                architecture: null,
                source: null,
              },
            ],
          },
        },
      },
      said: `werkzeug ${version}`,
    });
    expect(cause(installed("3.1.3"), installed("3.1.9"))).toBe(
      "version-drift: werkzeug (python) is 3.1.9 in the candidate, 3.1.3 in the baseline",
    );
  });

  test("a wheel that lies about is not installed", () => {
    const wheel = (version: string): Twin => ({
      files: {
        "/app/wheels/w.dist-info/METADATA": {
          content: {
            packages: [
              {
                kind: "python",
                name: "w",
                version,
                path: "/app/wheels/w.dist-info/METADATA",
                architecture: null,
                source: null,
              },
            ],
          },
        },
      },
    });
    expect(causes(wheel("1"), wheel("2"))).toEqual([]);
  });

  test("changed-command: arguments, and an ENTRYPOINT that is inherited", () => {
    const files = { "/app/app": program() };
    const whole = { files, config: { entrypoint: ["/app/app"], cmd: ["--currency", "EUR"] } };
    expect(explained(whole, { files, config: { entrypoint: ["/app/app"] } }, {})[0]).toEqual({
      id: "changed-command",
      evidence: 'the candidate runs ["/app/app"], the baseline ["/app/app", "--currency", "EUR"]',
      mend: 'ENTRYPOINT ["/app/app"] and CMD ["--currency", "EUR"]',
    });
    const plain = { files, config: { cmd: ["/app/app"] } };
    const inherited = { files, config: { entrypoint: ["/app/app"], cmd: ["/app/app"] } };
    expect(explained(plain, inherited, {})[0]?.mend).toBe('ENTRYPOINT [] and CMD ["/app/app"]');
    const relative = { files, config: { cmd: ["./app"], workdir: "/app" } };
    expect(causes(plain, relative)).not.toContainEqual(expect.stringMatching(/^changed-command/));
  });

  test("architecture-mismatch: a program that runs, with other numbers", () => {
    const built = (machine: string): Twin => ({
      ...app,
      files: { "/app/app": program({ machine }, { hash: machine }) },
    });
    expect(cause(built("x86-64"), built("i386"))).toBe(
      "architecture-mismatch: /app/app is a program for i386, the baseline's /app/app for x86-64",
    );
  });

  test("missing-module: a package where the interpreter does not look", () => {
    const at = (bin: string, said = ""): Twin => ({
      files: {
        [`${bin}/python3`]: program(),
        "/usr/local/lib/python3.13/site-packages/greet.py": "x",
      },
      config: { cmd: [`${bin}/python3`, "app.py"] },
      said,
    });
    expect(
      explained(at("/usr/local/bin"), at("/usr/bin", "No module named 'greet'"), {})[0],
    ).toMatchObject({
      id: "missing-module",
      mend: "ENV PYTHONPATH=/usr/local/lib/python3.13/site-packages",
    });
  });

  test("missing-ca-certificates: a bundle that lacks one of them", () => {
    const bundle = (text: string, said = ""): Twin => ({
      files: { "/etc/ssl/certs/ca-certificates.crt": text },
      said,
    });
    const said = "x509: certificate signed by unknown authority";
    expect(cause(bundle("with the company's"), bundle("plain", said))).toMatch(
      /^missing-ca-certificates: /,
    );
    expect(causes(bundle("plain"), bundle("plain", said))).toEqual([]);
  });

  test("stale-artifact: another program under the same name", () => {
    const built = (hash: string): Twin => ({
      ...app,
      files: { "/app/app": program({}, { hash }) },
    });
    expect(cause(built("one"), built("two"))).toMatch(
      /^stale-artifact: \/app\/app in the candidate/,
    );
    expect(causes(built("one"), built("one"))).toEqual([]);
  });

  test("facts of files say it themselves", () => {
    const file = (mode: string, sha: string): string =>
      `file\nmode ${mode}\nowner 0:0\nsize 1\nsha256 ${sha}`;
    const fact = "files./app/x";
    expect(cause({}, {}, { fact, values: [file("0644", "a"), "absent"] })).toMatch(
      /^missing-file: /,
    );
    expect(cause({}, {}, { fact, values: [file("0644", "a"), null] })).toMatch(/^missing-file: /);
    expect(cause({}, {}, { fact, values: [file("0644", "a"), file("0644", "b")] })).toMatch(
      /^changed-file: /,
    );
    expect(cause({}, {}, { fact, values: [file("0755", "a"), file("0644", "a")] })).toMatch(
      /^not-executable: /,
    );
    expect(
      explained({}, {}, { fact, values: [file("0640", "a"), file("0600", "a")] })[0]?.mend,
    ).toBe("COPY --chmod=640 --chown=0:0 --from=builder /app/x /app/x");
  });
});
