/** What cannot be started. */
import { describe, expect, test } from "vitest";
import { LOADER, app, started, cause, causes, explained, program, script } from "./pair.ts";

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

  test.each([
    ["venv/bin/python", "/app", "/app/venv"],
    ["/venv/bin/python", "/app", "/venv"],
  ])(
    "missing-file: the venv of %s, whose link leads to what both have",
    (command, workdir, venv) => {
      const dockerfile =
        "FROM python AS builder\nRUN python -m venv venv\nFROM python\nCOPY --from=builder /x /x\n";
      const config = { cmd: [command, "app.py"], workdir };
      const python = { "/usr/local/bin/python3.13": program({}, { hash: "python" }) };
      const files = {
        ...python,
        [`${venv}/pyvenv.cfg`]: "home = /usr/local/bin",
        [`${venv}/bin/python`]: "-> /usr/local/bin/python3.13",
        "/app/app.py": "x",
      };
      const [first] = explained(
        { files, config, dockerfile: "FROM python" },
        { files: { ...python, "/app/app.py": "x" }, config, dockerfile },
        started,
      );
      expect(first).toEqual({
        id: "missing-file",
        evidence: `the candidate runs ${command}, and there is no folder ${venv}`,
        mend: `COPY --from=builder ${venv} ${venv}`,
      });
    },
  );

  test("changed-workdir: a relative command whose program is there", () => {
    const config = { cmd: ["venv/bin/python", "app.py"], workdir: "/app" };
    const files = {
      "/usr/local/bin/python3.13": program({}, { hash: "python" }),
      "/app/venv/bin/python": "-> /usr/local/bin/python3.13",
    };
    const [first] = explained(
      { files, config },
      { files, config: { ...config, workdir: "/" } },
      started,
    );
    expect(first).toEqual({
      id: "changed-workdir",
      evidence:
        "the candidate runs venv/bin/python in /, and it lies at /app/venv/bin/python: WORKDIR is /app in the baseline",
      mend: "WORKDIR /app",
    });
  });

  test("a mend never names one path twice: a program that PATH does not lead to", () => {
    const files = { "/opt/bin/tool": program({}, { hash: "tool" }) };
    const config = { cmd: ["tool"], env: { PATH: "/opt/bin" } };
    const found = explained({ files, config }, { files, config: { cmd: ["tool"] } }, started);
    expect(found.map(({ id, mend }) => [id, mend])).toEqual([
      ["lost-env", "ENV PATH=/opt/bin"],
      ["missing-file", "run /opt/bin/tool"],
    ]);
  });

  test("missing-file: a link of the system's is copied by its own name", () => {
    const config = { cmd: ["/usr/bin/tool"] };
    const files = { "/usr/bin/tool": "-> tool-2", "/usr/bin/tool-2": program({}, { hash: "t" }) };
    const [first] = explained(
      { files, config, dockerfile: "FROM a" },
      { files: {}, config, dockerfile: "FROM a AS b\nFROM scratch" },
      started,
    );
    expect(first?.mend).toBe("COPY --from=b /usr/bin/tool /usr/bin/tool");
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
