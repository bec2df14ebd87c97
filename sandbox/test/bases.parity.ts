/** What a stand-in must have in common with the official image that it stands for, or verdicts would be false. */
import { randomBytes } from "node:crypto";
import { findEngine } from "slimproof";
import { beforeAll, describe, expect, test } from "vitest";
import { $ } from "zx";
import { certificates } from "../src/bases/host.ts";
import { ensureBases, recipeFor, standInNames } from "../src/bases/index.ts";
import { STAND_IN } from "../src/bases/load.ts";

const engine = await findEngine();
const docker = $({
  quiet: true,
  nothrow: true,
  env: { ...process.env, DOCKER_HOST: engine?.host },
});
const own = await certificates();

const SLIM = [
  "debian:trixie-slim",
  "python:3.13-slim",
  "node:24-slim",
  "golang:1.26",
  "golang:1.18",
];
const DISTROLESS = ["static", "base", "cc", "python3"] as const;
const distroless = (name: string, tag = ""): string => `gcr.io/distroless/${name}-debian13${tag}`;

interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs a command in a fresh container of an image, at most two minutes, and removes it. */
async function run(image: string, command: readonly string[], ...flags: string[]): Promise<Ran> {
  const name = `slimproof-bases-${randomBytes(6).toString("hex")}`;
  const options = ["--name", name, "--label", "org.slimproof.test=bases", "--log-driver", "none"];
  try {
    const ran = await docker`timeout 120 docker run ${options} ${flags} ${image} ${command}`;
    return { code: ran.exitCode, out: ran.stdout.trim(), err: ran.stderr.trim() };
  } finally {
    await docker`docker rm --force --volumes ${name}`;
  }
}

async function shell(image: string, script: string): Promise<string> {
  const ran = await run(image, ["sh", "-euc", script], "--entrypoint", "");
  expect(ran, script).toMatchObject({ code: 0 });
  return ran.out;
}

interface Entry {
  /** As `ls` shows it: `drwxr-xr-x`. */
  readonly mode: string;
  /** UID/GID. */
  readonly owner: string;
  readonly target: string | null;
}

const listings = new Map<string, Promise<ReadonlyMap<string, Entry>>>();

/** Every path of an image, without a leading or trailing slash. */
function files(image: string): Promise<ReadonlyMap<string, Entry>> {
  const listing = listings.get(image) ?? list(image);
  listings.set(image, listing);
  return listing;
}

async function list(image: string): Promise<ReadonlyMap<string, Entry>> {
  const lines = SLIM.includes(image)
    ? // Far quicker than an export, where there is a shell.
      await shell(image, "find / -xdev -printf '%M\\t%U/%G\\t%P\\t%l\\n'")
    : await exported(image);
  return new Map(
    lines.split("\n").map((line) => {
      const [mode = "", owner = "", path = "", target = ""] = line.split("\t");
      return [path, { mode, owner, target: target || null }];
    }),
  );
}

/** The same lines as those of `find`, for an image that can't run it. */
async function exported(image: string): Promise<string> {
  const name = `slimproof-bases-${randomBytes(6).toString("hex")}`;
  const label = "org.slimproof.test=bases";
  try {
    const made = await docker`docker create --name ${name} --label ${label} ${image} none`;
    expect(made).toMatchObject({ exitCode: 0 });
    const options = ["--list", "--verbose", "--numeric-owner", "--quoting-style=literal"];
    const listed = await docker`docker export ${name} | tar ${options}`;
    expect(listed).toMatchObject({ exitCode: 0 });
    return listed.stdout
      .trimEnd()
      .replace(
        /^(\S+) (\S+) +\S+ \S+ \S+ (.*?)\/?(?:(?: -> | link to )(.*))?$/gm,
        "$1\t$2\t$3\t$4",
      );
  } finally {
    await docker`docker rm --force --volumes ${name}`;
  }
}

/** Paths of an image that match, sorted. */
async function matching(image: string, pattern: RegExp): Promise<string[]> {
  return [...(await files(image)).keys()].filter((path) => pattern.test(path)).sort();
}

interface Inspected {
  readonly Config: {
    readonly Env: readonly string[];
    readonly Cmd: readonly string[] | null;
    readonly Entrypoint: readonly string[] | null;
    readonly WorkingDir: string;
    readonly User: string;
    readonly Labels: Readonly<Record<string, string>>;
  };
  readonly RootFS: { readonly Layers: readonly string[] };
}

async function inspect(image: string): Promise<Inspected> {
  const shown = await docker`docker image inspect ${image}`;
  const [first] = JSON.parse(shown.stdout) as readonly Inspected[];
  if (!first) throw new Error(`the engine has no ${image}: ${shown.stderr}`);
  return first;
}

async function environment(image: string): Promise<Readonly<Record<string, string>>> {
  const { Env } = (await inspect(image)).Config;
  return Object.fromEntries(Env.map((line) => line.split(/=(.*)/s).slice(0, 2)));
}

// An engine that is not ours has the official images, or none: nothing is made there, so there is nothing to check.
describe.runIf(engine?.sandbox)("base images of the private engine", () => {
  const log = (line: string): void => void process.stderr.write(`sandbox: ${line}\n`);
  beforeAll(() => ensureBases(standInNames(), engine?.host ?? "", log));

  describe("all of them", () => {
    test.each(standInNames())("%s says what it is made from, under every name", async (name) => {
      const { Config } = await inspect(name);
      expect(Config.Labels[STAND_IN]).toMatch(/^\S+ made from Debian trixie[^\n]*$/);
      expect(Config.Labels[STAND_IN]?.startsWith(`${name} `)).toBe(true);
      for (const alias of recipeFor(name)?.names ?? []) {
        expect((await inspect(alias)).Config).toEqual(Config);
      }
    });

    test("a second call asks the engine once and is over at once", async () => {
      const lines: string[] = [];
      const started = performance.now();
      await ensureBases(standInNames(), engine?.host ?? "", (line) => lines.push(line));
      expect(performance.now() - started).toBeLessThan(300);
      expect(lines).toEqual([]);
    });

    test("debian's layer is the lowest of the others, and distroless images build on each other", async () => {
      const layers = async (name: string): Promise<readonly string[]> =>
        (await inspect(name)).RootFS.Layers;
      const [ground] = await layers("debian:trixie-slim");
      for (const name of SLIM) expect((await layers(name))[0], name).toBe(ground);
      let below: readonly string[] = [];
      for (const name of DISTROLESS) {
        const own_ = await layers(distroless(name));
        expect(own_.slice(0, below.length)).toEqual(below);
        expect(own_.length).toBe(below.length + 1);
        below = own_;
      }
    });

    test.each([...SLIM, ...DISTROLESS.map((name) => distroless(name))])(
      "%s holds no left-overs and no identity of the machine that made it",
      async (name) => {
        const left = await matching(
          name,
          /^(etc\/machine-id|var\/lib\/apt\/lists\/.+|var\/log\/.+|var\/cache\/apt\/.+|tmp\/.+|root\/\.cache|.*-old|.*\.pyc)$/,
        );
        // Debian's own interpreter in golang comes with its scripts compiled, as in the official image.
        expect(left.filter((path) => !/^usr\/(lib|share)\/.*\.pyc$/.test(path))).toEqual([]);
      },
    );

    test("the owners and modes that programs rely on", async () => {
      for (const name of [...SLIM, ...DISTROLESS.map((it) => distroless(it))]) {
        const paths = await files(name);
        expect(paths.get("tmp"), name).toMatchObject({ mode: "drwxrwxrwt", owner: "0/0" });
        expect(paths.get("root"), name).toMatchObject({ mode: "drwx------", owner: "0/0" });
        expect(paths.get("etc/passwd"), name).toMatchObject({ mode: "-rw-r--r--", owner: "0/0" });
      }
    });
  });

  describe("debian:trixie-slim", () => {
    const name = "debian:trixie-slim";

    test("config", async () => {
      const { Config } = await inspect(name);
      expect(Config).toMatchObject({ Cmd: ["bash"], Entrypoint: null, User: "" });
      expect(Config.Env).toEqual([
        "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
      ]);
    });

    test("slim: no manuals, locales or documentation but the copyrights, and none with further packages", async () => {
      expect(await matching(name, /^usr\/share\/(man|info|groff|lintian)\/.*[^/]$/)).toEqual([]);
      expect(await matching(name, /^usr\/share\/locale\/.*\.mo$/)).toEqual([]);
      const documents = await matching(name, /^usr\/share\/doc\/[^/]+\/./);
      expect(documents.filter((path) => !path.endsWith("/copyright"))).toEqual([]);
      expect(documents.length).toBeGreaterThan(50);
    });

    test("no certificates and no Python: what a build wants of them it must install", async () => {
      expect(await matching(name, /^(etc\/ssl\/certs\/ca-cert.*|usr\/bin\/python.*)$/)).toEqual([]);
    });

    test("packages are installed from this machine's mirrors, and its certificates are trusted then", async () => {
      const out = await shell(
        name,
        "apt-get -qq update && apt-get -qqy install ca-certificates >/dev/null 2>&1; ls /usr/share/man /usr/share/doc/openssl; cat /etc/ssl/certs/ca-certificates.crt",
      );
      expect(out).toContain("-----BEGIN CERTIFICATE-----");
      expect(out).not.toContain("changelog");
      for (const { text } of own) expect(out).toContain(text.trim());
    });
  });

  describe("python:3.13-slim", () => {
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

  describe.each([
    ["golang:1.26", /^1\.26\.\d+$/],
    ["golang:1.18", /^1\.18\.10$/],
  ])("%s", (name, version) => {
    test("config", async () => {
      const { Config } = await inspect(name);
      expect(Config).toMatchObject({
        Cmd: ["bash"],
        Entrypoint: null,
        WorkingDir: "/go",
        User: "",
      });
      const { PATH, GOLANG_VERSION, GOTOOLCHAIN, GOPATH } = await environment(name);
      expect(PATH).toMatch(/^\/go\/bin:\/usr\/local\/go\/bin:/);
      expect({ GOTOOLCHAIN, GOPATH }).toEqual({ GOTOOLCHAIN: "local", GOPATH: "/go" });
      expect(GOLANG_VERSION).toMatch(version);
      expect(await shell(name, "go version")).toContain(` go${GOLANG_VERSION} linux/`);
    });

    test("compilers and version control are there, so that cgo is on", async () => {
      await shell(name, "which git make bash gcc g++ pkg-config curl wget");
      expect(await shell(name, "go env CGO_ENABLED GOROOT")).toBe("1\n/usr/local/go");
    });

    test("time zones in GOROOT, and the table of media types", async () => {
      expect(
        await matching(name, /^(usr\/local\/go\/lib\/time\/zoneinfo\.zip|etc\/mime\.types)$/),
      ).toEqual(["etc/mime.types", "usr/local/go/lib/time/zoneinfo.zip"]);
    });

    test("anybody may write to GOPATH", async () => {
      for (const path of ["go", "go/src", "go/bin"]) {
        expect((await files(name)).get(path)).toMatchObject({ mode: "drwxrwxrwt", owner: "0/0" });
      }
    });

    test("a program that needs a module and cgo is built, tested and run", async () => {
      const main =
        'package main\\nimport "C"\\nimport "fmt"\\nimport "rsc.io/quote"\\nfunc main() { fmt.Println(quote.Go()) }\\n';
      const out = await shell(
        name,
        `mkdir /app && cd /app && printf '${main}' >main.go && go mod init app 2>/dev/null && go get rsc.io/quote@v1.5.2 2>/dev/null && go vet . && go build -o app && ./app && gofmt -l .`,
      );
      expect(out).toContain("Don't communicate by sharing memory");
    });
  });

  describe("node:24-slim", () => {
    const name = "node:24-slim";

    test("config", async () => {
      const { Config } = await inspect(name);
      expect(Config).toMatchObject({
        Cmd: ["node"],
        Entrypoint: ["docker-entrypoint.sh"],
        User: "",
      });
      const { NODE_VERSION } = await environment(name);
      expect(NODE_VERSION).toMatch(/^24\.\d+\.\d+$/);
      expect(await shell(name, "node --version; nodejs --version")).toBe(
        `v${NODE_VERSION}\nv${NODE_VERSION}`,
      );
    });

    test("the user node, 1000, with a home", async () => {
      expect(await shell(name, "id node")).toBe("uid=1000(node) gid=1000(node) groups=1000(node)");
      expect((await files(name)).get("home/node")).toMatchObject({ owner: "1000/1000" });
    });

    test("the entrypoint runs node when the first argument is no command", async () => {
      expect(await run(name, ["--version"])).toMatchObject({
        out: expect.stringMatching(/^v24\./),
      });
      expect(await run(name, ["-p", "1+1"])).toMatchObject({ code: 0, out: "2" });
      expect(await run(name, ["echo", "a b"])).toMatchObject({ code: 0, out: "a b" });
      // A script that is not executable, although it lies where it is named.
      const script = "/usr/local/lib/node_modules/npm/lib/cli.js";
      expect(await run(name, [script])).toMatchObject({ code: 0 });
      expect(await run(name, ["no-such-command.js"])).toMatchObject({
        code: 1,
        err: expect.stringContaining("Cannot find module '/no-such-command.js'"),
      });
    });

    test("npm and npx install from this machine's registry", async () => {
      const out = await shell(
        name,
        "mkdir /app && cd /app && npm install --silent --no-audit --no-fund is-number@7.0.0 && node -p 'require(\"is-number\")(1)' && npx --version && npm --version",
      );
      expect(out).toMatch(/^true\n11\.\S+\n11\.\S+$/);
    });

    test("Node trusts this machine's certificates beside its own", async () => {
      const { NODE_EXTRA_CA_CERTS } = await environment(name);
      const file = NODE_EXTRA_CA_CERTS ? await shell(name, `cat ${NODE_EXTRA_CA_CERTS}`) : "";
      for (const { text } of own) expect(file).toContain(text.trim());
      expect(Boolean(NODE_EXTRA_CA_CERTS)).toBe(own.length > 0);
    });

    test("slim: no compiler, no Python, no certificates of Debian", async () => {
      const surplus = /^(usr\/bin\/(gcc|make|python3?|curl|git)|etc\/ssl\/certs\/ca-cert.*)$/;
      expect(await matching(name, surplus)).toEqual([]);
    });
  });

  describe.each(DISTROLESS)("distroless %s", (variant) => {
    const name = distroless(variant);

    test.each([
      ["", "0", "/"],
      [":nonroot", "65532", "/home/nonroot"],
      [":debug", "0", "/"],
      [":debug-nonroot", "65532", "/home/nonroot"],
    ])("config of tag '%s'", async (tag, User, WorkingDir) => {
      const { Config } = await inspect(distroless(variant, tag));
      const isDebug = tag.startsWith(":debug");
      const shells = isDebug ? ["/busybox/sh"] : null;
      expect(Config).toMatchObject({
        User,
        WorkingDir,
        Cmd: null,
        Entrypoint: variant === "python3" ? ["/usr/bin/python3.13"] : shells,
      });
      expect(await environment(distroless(variant, tag))).toEqual({
        PATH: `/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin${isDebug ? ":/busybox" : ""}`,
        SSL_CERT_FILE: "/etc/ssl/certs/ca-certificates.crt",
        ...(variant === "python3" ? { LANG: "C.UTF-8" } : {}),
      });
    });

    test("no shell, no package manager, no perl, no busybox", async () => {
      expect(
        await matching(
          name,
          /(^|\/)s?bin\/(sh|bash|dash|ash|busybox|apt.*|dpkg.*|perl.*|env|ls|cat)$|^busybox/,
        ),
      ).toEqual([]);
      const ran = await run(name, ["-c", "true"], "--entrypoint", "/bin/sh");
      expect(ran).toMatchObject({ code: 127 });
    });

    test("users, homes, time zones, certificates, media types", async () => {
      const paths = await files(name);
      expect(paths.get("home/nonroot")).toMatchObject({ mode: "drwx------", owner: "65532/65532" });
      for (const path of [
        "etc/group",
        "etc/mime.types",
        "etc/nsswitch.conf",
        "etc/services",
        "etc/ssl/certs/ca-certificates.crt",
        "usr/lib/os-release",
        "usr/share/zoneinfo/Europe/Berlin",
        "usr/share/zoneinfo/US/Pacific",
      ]) {
        expect(paths.has(path), path).toBe(true);
      }
      expect(paths.get("etc/os-release")?.target).toBe("../usr/lib/os-release");
      expect(paths.get("bin")?.target).toBe("usr/bin");
    });

    test("its packages are listed in status.d, one file each", async () => {
      const listed = await matching(name, /^var\/lib\/dpkg\/status\.d\/[^/]+(?<!\.md5sums)$/);
      const names = listed.map((path) => path.split("/").at(-1));
      expect(names).toEqual(expect.arrayContaining(["base-files", "netbase", "tzdata"]));
      expect(names.includes("libc6")).toBe(variant !== "static");
      expect(names.includes("libstdc++6")).toBe(["cc", "python3"].includes(variant));
      expect(await matching(name, /^var\/lib\/dpkg\/(status|info)$/)).toEqual([]);
    });

    test("the libraries of its kind and no others", async () => {
      const has = async (pattern: RegExp): Promise<boolean> =>
        (await matching(name, pattern)).length > 0;
      const isAbove = (floor: (typeof DISTROLESS)[number]): boolean =>
        DISTROLESS.indexOf(variant) >= DISTROLESS.indexOf(floor);
      expect(await has(/\/libc\.so\.6$/)).toBe(isAbove("base"));
      expect(await has(/\/ld-linux[^/]*\.so\.\d$/)).toBe(isAbove("base"));
      expect(await has(/\/libssl\.so\.3$/)).toBe(isAbove("base"));
      expect(await has(/\/libstdc\+\+\.so\.6$/)).toBe(isAbove("cc"));
      expect(await has(/\/libgcc_s\.so\.1$/)).toBe(isAbove("cc"));
      expect(await has(/\/libgomp\.so\.1$/)).toBe(isAbove("cc"));
      expect(await has(/^usr\/bin\/python3\.13$/)).toBe(isAbove("python3"));
      if (variant === "static") expect(await has(/\.so(\.|$)/)).toBe(false);
    });

    test(":debug has busybox, and is else the same", async () => {
      const debug = distroless(variant, ":debug");
      const ran = await run(
        debug,
        ["-c", "id -u; cat /etc/passwd; which ls"],
        "--entrypoint",
        "sh",
      );
      expect(ran).toMatchObject({ code: 0 });
      expect(ran.out.split("\n")).toEqual([
        "0",
        "root:x:0:0:root:/root:/sbin/nologin",
        "nobody:x:65534:65534:nobody:/nonexistent:/sbin/nologin",
        "nonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin",
        "/busybox/ls",
      ]);
      const plain = await matching(debug, /^(?!busybox)/);
      expect(plain).toEqual(await matching(name, /^/));
    });
  });

  describe("distroless static", () => {
    test("the bundle holds the public certificates alone: nothing is downloaded in it", async () => {
      const ran = await run(distroless("static", ":debug"), [
        "-c",
        "cat /etc/ssl/certs/ca-certificates.crt",
      ]);
      expect(ran.out.split("-----BEGIN CERTIFICATE-----").length).toBeGreaterThan(100);
      for (const { text } of own) expect(ran.out).not.toContain(text.trim());
    });
  });

  describe("distroless python3", () => {
    const name = distroless("python3");

    test("python, python3 and python3.13 are one, as the user that the tag says", async () => {
      const print = "import os, sys; print(sys.version_info[:2], os.getuid(), os.getcwd())";
      expect(await run(name, ["-c", print])).toMatchObject({ out: "(3, 13) 0 /" });
      for (const link of ["/usr/bin/python", "/usr/bin/python3"]) {
        const nonroot = distroless("python3", ":nonroot");
        const ran = await run(nonroot, ["-c", print], "--entrypoint", link);
        expect(ran).toMatchObject({ code: 0, out: "(3, 13) 65532 /home/nonroot" });
      }
    });

    test("no pip", async () => {
      const ran = await run(name, ["-m", "pip", "--version"]);
      expect(ran).toMatchObject({ code: 1, err: expect.stringContaining("No module named pip") });
    });

    test("every module that its packages bring finds its libraries", async () => {
      const script = `
import ctypes.util, importlib.machinery, os, ssl, sys, zoneinfo
folder = next(path for path in sys.path if path.endswith("lib-dynload"))
names = sorted(name.split(".")[0] for name in os.listdir(folder))
assert len(names) > 30, names
for name in names:
    # A fork each: some refuse to be loaded together with others.
    if os.fork() == 0:
        __import__(name)
        os._exit(0)
    assert os.wait()[1] == 0, name
zoneinfo.ZoneInfo("Asia/Tokyo")
assert ssl.create_default_context().get_ca_certs()
assert ctypes.util.find_library("ssl") == "libssl.so.3"
print("ok")`;
      expect(await run(name, ["-c", script])).toMatchObject({ code: 0, out: "ok" });
    });
  });
});
