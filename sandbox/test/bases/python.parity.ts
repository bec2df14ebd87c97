/** python:3.13-slim, read through the engine. */
import { expect, test } from "vitest";
import { describeBases, environment, inspect, matching, own, shell } from "./image.ts";

describeBases("python:3.13-slim", ["python:3.13-slim"], () => {
  const name = "python:3.13-slim";

  test("config", async () => {
    const { Config } = await inspect(name);
    expect(Config).toMatchObject({ Cmd: ["python3"], Entrypoint: null, User: "" });
    const { PATH, PYTHON_VERSION } = await environment(name);
    expect(PATH).toMatch(/^\/usr\/local\/bin:/);
    expect(await shell(name, "python --version")).toBe(`Python ${PYTHON_VERSION}`);
    expect(PYTHON_VERSION).toMatch(/^3\.13\.\d+$/);
  });

  test("everything is under /usr/local, and nothing of Debian's own Python is there", async () => {
    const out = await shell(name, "which python python3 pip pip3 pydoc idle python-config");
    const names = ["python", "python3", "pip", "pip3", "pydoc", "idle", "python-config"];
    expect(out.split("\n")).toEqual(names.map((it) => `/usr/local/bin/${it}`));
    expect(await matching(name, /dist-packages|^usr\/bin\/python|^usr\/lib\/python/)).toEqual([]);
    expect(await shell(name, "python -c 'import pip; print(pip.__file__)'")).toMatch(
      /^\/usr\/local\/lib\/python3\.13\/site-packages\/pip\//,
    );
  });

  test("pip may install: no lock of PEP 668, and --prefix lands where it does officially", async () => {
    expect(await matching(name, /EXTERNALLY-MANAGED/)).toEqual([]);
    const out = await shell(
      name,
      "pip install -q --no-cache-dir --prefix=/install itsdangerous 2>/dev/null; ls /install/lib/python3.13/site-packages; pip install -q --no-cache-dir --root-user-action=ignore itsdangerous 2>/dev/null; python -c 'import itsdangerous; print(itsdangerous.__file__)'; python -m venv /venv; /venv/bin/pip --version",
    );
    expect(out).toMatch(/^itsdangerous$/m);
    expect(out).toContain("/usr/local/lib/python3.13/site-packages/itsdangerous/__init__.py");
    expect(out).toContain("from /venv/lib/python3.13/site-packages/pip");
  });

  test("tests, the static library and compiled modules are pruned", async () => {
    const pruned = /^usr\/local\/.*(\/(test|tests|idle_test|__pycache__)|\.a|\.pyc)$/;
    expect(await matching(name, pruned)).toEqual([]);
  });

  test("every module of the standard library that the official image has can be imported", async () => {
    const modules =
      "ssl sqlite3 lzma bz2 zlib readline curses uuid dbm.gnu dbm.ndbm ctypes zoneinfo _decimal _hashlib pyexpat";
    await shell(name, `for m in ${modules}; do python -c "import $m"; done`);
    expect(
      await shell(name, "python -c 'import zoneinfo; zoneinfo.ZoneInfo(\"Asia/Tokyo\")'"),
    ).toBe("");
    expect(await matching(name, /^etc\/services$/)).toEqual(["etc/services"]);
  });

  test("no compiler is left", async () => {
    expect(await matching(name, /^usr\/bin\/(gcc|cc|make|dpkg-buildpackage)$/)).toEqual([]);
  });

  test("this machine's certificates are trusted by Python and pip", async () => {
    const count = await shell(
      name,
      "python -c 'import ssl; print(len(ssl.create_default_context().get_ca_certs()))'",
    );
    expect(Number(count)).toBeGreaterThan(100);
    const bundle = await shell(name, "cat /etc/ssl/certs/ca-certificates.crt");
    for (const { text } of own) expect(bundle).toContain(text.trim());
  });
});
