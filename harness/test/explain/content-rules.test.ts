/** What the two images differ in, and what a fact says itself. */
import { describe, expect, test } from "vitest";
import { app, cause, causes, explained, program, type Twin } from "./pair.ts";

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

  test("changed-command: no shell is written that the candidate lacks", () => {
    const shell = (line: string, files: Twin["files"] = { "/bin/sh": program() }): Twin => ({
      files: { "/app/app": program(), ...files },
      config: { cmd: ["/bin/sh", "-c", line], workdir: "/app" },
    });
    const bare = { files: { "/app/app": program() }, config: { cmd: ["/app/app"] } };
    const mend = (baseline: Twin, candidate: Twin): string | null | undefined =>
      explained(baseline, candidate, {}).find(({ id }) => id === "changed-command")?.mend;
    expect(mend(shell("exec ./app --port 80"), bare)).toBe('CMD ["./app", "--port", "80"]');
    expect(mend(shell("exec ./app --port $PORT"), bare)).toBe(
      "CMD in exec form, the program itself and its words, since there is no shell to fill in variables",
    );
    expect(mend(shell("exec -a name ./app"), bare)).toContain("in exec form");
    expect(mend(shell("exec"), bare)).toContain("in exec form");
    expect(mend(shell("./app $PORT"), shell("./app"))).toBe('CMD ["/bin/sh", "-c", "./app $PORT"]');
    expect(mend(shell("exec ./app"), bare)).toBeUndefined();
    const fact = { fact: "config.cmd", values: ['["/bin/sh", "-c", "./app"]', '["x"]'] } as const;
    expect(explained(shell("./app"), bare, fact)[0]?.mend).toBe('CMD ["./app"]');
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
    // What only the candidate has can be copied from nowhere.
    expect(explained({}, {}, { fact, values: [null, file("0644", "a")] })[0]).toEqual({
      id: "changed-file",
      evidence: "/app/x is in the candidate and not in the baseline",
      mend: "copy by name what the last stage needs, or name in .dockerignore what it does not",
    });
    expect(cause({}, {}, { fact, values: [file("0755", "a"), file("0644", "a")] })).toMatch(
      /^not-executable: /,
    );
    expect(
      explained({}, {}, { fact, values: [file("0640", "a"), file("0600", "a")] })[0]?.mend,
    ).toBe("COPY --chmod=640 --chown=0:0 --from=builder /app/x /app/x");
  });
});
