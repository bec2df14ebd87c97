/** What process 1 is, and how it is asked. */
import { describe, expect, test } from "vitest";
import {
  http,
  stop,
  cause,
  causes,
  explained,
  program,
  script,
  type Question,
  type Twin,
} from "./pair.ts";

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
