import { generateKeyPairSync, randomBytes, type KeyObject } from "node:crypto";
import { describe, expect, test } from "vitest";
import { file } from "../fixtures/tar.ts";
import { surface } from "./looking.ts";

/**
 * Nothing here is a secret, and nothing looks like one to those who scan repositories: what does is made when the tests run,
 * from letters drawn at random and beginnings that are written in pieces.
 */
const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const drawn = (length: number, letters: string = LETTERS): string =>
  // All letters of it in turn, so that no draw is by chance too even to be taken for one.
  Array.from(
    randomBytes(length),
    (byte, at) => letters[(byte % 7) + ((at * 7) % Math.max(1, letters.length - 7))],
  ).join("");
const begins = (...pieces: readonly string[]): string => pieces.join("");
const base64 = (bytes: number): string => randomBytes(bytes).toString("base64");
const lines = (text: string): string => text.replaceAll(/(.{64})/g, "$1\n");
const armor = (words: string, body: string): string =>
  `${begins("-----BE", "GIN ")}${words}-----\n${body}\n${begins("-----E", "ND ")}${words}-----\n`;
const key = (type: "pkcs1" | "pkcs8", cipher?: string): string => {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 1024 });
  const options = { type, format: "pem" as const };
  return privateKey
    .export(cipher ? { ...options, cipher, passphrase: "x" } : options)
    .toString("latin1");
};
const exported = (
  { privateKey }: { readonly privateKey: KeyObject },
  type: "sec1" | "pkcs8",
): string => privateKey.export({ type, format: "pem" }).toString("latin1");

const found = async (name: string, text: string): Promise<readonly string[]> =>
  (await surface(file(name, text))).secrets.paths;

describe("told by their form, wherever they lie", () => {
  const PRIVATE = begins("PRIV", "ATE KEY");
  const tokens: Readonly<Record<string, readonly string[]>> = {
    "private key": [
      key("pkcs1"),
      key("pkcs8"),
      exported(generateKeyPairSync("ec", { namedCurve: "P-256" }), "sec1"),
      exported(generateKeyPairSync("ed25519"), "pkcs8"),
      `{"key": ${JSON.stringify(key("pkcs8"))}}`,
      `tls.key: |\n${key("pkcs8").replaceAll(/^/gm, "    ")}`,
    ],
    "encrypted private key": [key("pkcs8", "aes-256-cbc"), key("pkcs1", "aes-256-cbc")],
    "SSH private key": [
      armor(`OPENSSH ${PRIVATE}`, lines(base64(300))),
      `${begins("PuTTY-User", "-Key-File-3: ")}ssh-ed25519\nEncryption: none\nPrivate-Lines: 1\n${base64(36)}\n`,
    ],
    "OpenPGP private key": [armor(`PGP ${PRIVATE} BLOCK`, `Version: 2\n\n${lines(base64(300))}`)],
    "age private key": [
      begins("AGE-SECRET", "-KEY-1") + drawn(58, "ABCDEFGHJKLMNPQRSTUVWXYZ023456789"),
    ],
    "AWS access key": [
      `[default]\nid = ${begins("AK", "IA")}${drawn(16, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")}\nkey = ${drawn(40)}\n`,
      `${begins("aws_secret", "_access_key")}="${drawn(40)}"`,
      `{"${begins("Secret", "AccessKey")}": "${drawn(40)}"}`,
    ],
    "GitHub token": [
      begins("gh", "p_") + drawn(36),
      `https://x:${begins("gh", "s_")}${drawn(36)}@github.com/a/b`,
      begins("github", "_pat_") + drawn(82),
    ],
    "GitLab token": [begins("glp", "at-") + drawn(20)],
    "Slack token": [
      begins("xo", "xb-") + `${drawn(12, "9876543210")}-${drawn(24)}`,
      `${begins("https://hooks.sl", "ack.com/services/")}T${drawn(9)}/B${drawn(9)}/${drawn(24)}`,
    ],
    "Stripe key": [begins("sk_l", "ive_") + drawn(24), begins("rk_l", "ive_") + drawn(99)],
    "Google API key": [`key=${begins("AI", "za")}${drawn(35)}`],
    "Google service account key": [
      JSON.stringify(
        { type: "service_account", private_key: key("pkcs8"), client_id: "1" },
        null,
        2,
      ),
    ],
    "npm token": [begins("np", "m_") + drawn(36), `//r.example/:_auth${"Token"}=${drawn(36)}\n`],
    "PyPI token": [begins("pypi", "-AgEIcHlwaS5vcmc") + drawn(100)],
    "API key": [
      begins("sk-pr", "oj-") + drawn(100),
      begins("sk-a", "nt-api03-") + drawn(95),
      begins("h", "f_") + drawn(34, LETTERS.slice(0, 52)),
      `${begins("S", "G.")}${drawn(22)}.${drawn(43)}`,
      begins("dop", "_v1_") + drawn(64, "fedcba9876543210"),
      begins("dckr", "_pat_") + drawn(27),
      begins("hv", "s.") + drawn(90),
      begins("shp", "at_") + drawn(32, "fedcba9876543210"),
    ],
    "Azure storage key": [`DefaultEndpointsProtocol=https;Account${"Key"}=${drawn(86)}==;`],
  };
  for (const [kind, texts] of Object.entries(tokens)) {
    test.each(texts.map((text, at) => [at, text] as const))(`${kind}, form %i`, async (_, text) => {
      expect(await found("app/settings.ini", text)).toEqual([`/app/settings.ini (${kind})`]);
      expect(await found("app/settings.ini", `${"x = 1\n".repeat(2000)}${text}\n`)).toHaveLength(1);
    });
  }
});

describe("told by the name of the file that holds them", () => {
  test.each([
    ["root/.netrc", "machine example.com\n  login me\n  password hunter2\n", "password"],
    ["home/me/.pgpass", "# a comment\ndb.example.com:5432:*:me:hunter2\n", "password"],
    ["root/.my.cnf", "[client]\nuser=root\npassword=hunter2\n", "password"],
    ["root/.pypirc", "[pypi]\nusername = me\npassword = hunter2\n", "password"],
    [
      "root/.m2/settings.xml",
      "<server><id>x</id><password>hunter2</password></server>",
      "password",
    ],
    [
      "root/.docker/config.json",
      '{"auths": {"r.example": {"auth": "bWU6aHVudGVyMg=="}}}',
      "registry credentials",
    ],
    [
      "kaniko/.docker/config.json",
      '{"auths":{"x":{"identitytoken":"abcd"}}}',
      "registry credentials",
    ],
    ["root/.npmrc", "//r.example/:_password=aHVudGVyMg==\n", "npm token"],
    ["usr/local/etc/npmrc", "_auth = bWU6aHVudGVyMg==\n", "npm token"],
    ["root/.git-credentials", "https://me:hunter2@example.com\n", "password in a URL"],
    [
      "app/.git/config",
      '[remote "origin"]\n\turl = https://oauth2:hunter2@example.com/a.git\n',
      "password in a URL",
    ],
    [
      "etc/pip.conf",
      "[global]\nindex-url = https://me:hunter2@pypi.example/simple\n",
      "password in a URL",
    ],
    ["root/.cargo/credentials.toml", '[registry]\ntoken = "abcdefghij"\n', "token"],
    ["root/.gem/credentials", ":rubygems_api_key: rubygems_abcdefghij\n", "token"],
    ["app/auth.json", '{"http-basic": {"x": {"username": "a", "password": "hunter22"}}}', "token"],
    ["root/.config/gh/hosts.yml", "github.com:\n  oauth_token: abcdefghij\n", "token"],
    [
      "root/.config/gcloud/application_default_credentials.json",
      '{"client_secret": "abcdefghij", "type": "authorized_user"}',
      "Google credentials",
    ],
    [
      "root/.kube/config",
      "users:\n- name: me\n  user:\n    client-key-data: LS0tLS1CRUdJTg==\n",
      "Kubernetes credentials",
    ],
    ["etc/kubernetes/admin.conf", "user:\n  token: abcdefgh.ij\n", "Kubernetes credentials"],
    [
      "infra/terraform.tfstate",
      '{"version": 4, "resources": [\n  {"mode": "managed"}]}',
      "Terraform state",
    ],
    ["app/.env", "PORT=3000\nDB_PASSWORD=hunter2\n", "environment file with secrets"],
    ["app/.env.production", "export SECRET_KEY_BASE='abcdef'\n", "environment file with secrets"],
    ["srv/prod.env", "DATABASE_URL=postgres://me:hunter2@db/x\n", "environment file with secrets"],
    ["app/.env.local", "api_key = abcdef\r\n", "environment file with secrets"],
    ["etc/shadow", "root:$y$j9T$abc$def:19000:0:99999:7:::\n", "password hashes"],
    ["etc/apache2/.htpasswd", "me:$apr1$abc$def\n", "password hashes"],
    ["app/config/master.key", "0123456789abcdef0123456789abcdef", "Rails master key"],
  ])("%s", async (name, text, kind) => {
    expect(await found(name, text)).toEqual([`/${name} (${kind})`]);
  });

  test.each([
    ["root/.netrc", "machine example.com login me\n"],
    ["root/.pgpass", "# host:port:db:user:password\n"],
    ["root/.docker/config.json", '{"auths": {"r.example": {}}, "credsStore": "pass"}'],
    ["root/.npmrc", `//r.example/:_auth${"Token"}=\${NPM_TOKEN}\n`],
    ["app/.git/config", '[remote "origin"]\n\turl = https://example.com/a.git\n'],
    ["root/.kube/config", "clusters:\n- cluster:\n    server: https://example.com\n"],
    ["infra/terraform.tfstate", '{"version": 4, "resources": []}'],
    ["app/.env", "PORT=3000\nNODE_ENV=production\nTOKEN_EXPIRY=3600\nPASSWORD=\nSECRET=changeme\n"],
    ["app/.env", "API_KEY=<your key>\nTOKEN=${TOKEN}\nDB=postgres://me:${PASSWORD}@db/x\n"],
    ["app/.env.example", "DB_PASSWORD=hunter2\n"],
    ["app/.env.production.sample", "DB_PASSWORD=hunter2\n"],
    ["etc/shadow", "root:*:19000:0:99999:7:::\nbin:!:1::::::\nme::1::::::\n"],
  ])("%s without one", async (name, text) => {
    expect(await found(name, text)).toEqual([]);
  });
});

describe("no secret", () => {
  const pem = key("pkcs8");
  const PRIVATE = begins("PRIV", "ATE KEY");
  test.each<[string, string, string]>([
    [
      "code that speaks of keys",
      "app/pem.py",
      `if "-----BEGIN ${PRIVATE}-----" in text:\n    return decode(text)\n`,
    ],
    ["a key of dots", "app/README.md", armor(PRIVATE, "MIIEvQIBADANBgkq...\n...")],
    ["a key of x", "app/README.md", armor(PRIVATE, "x".repeat(64))],
    ["a certificate", "app/ca.pem", armor("CERTIFICATE", lines(base64(500)))],
    ["a public key", "app/key.pem", armor(begins("PUB", "LIC KEY"), lines(base64(200)))],
    ["an example token", "app/README.md", `${begins("gh", "p_")}${"x".repeat(36)}`],
    ["AWS' own example", "app/README.md", `${begins("AK", "IA")}IOSFODNN7EXAMPLE ${drawn(40)}`],
    [
      "an id without its key",
      "app/config.ini",
      `${begins("AK", "IA")}${drawn(16, "ABCDEFGHIJKLMNOP234567")}`,
    ],
    ["a test key of the distribution", "usr/share/doc/openssl/key.pem", pem],
    ["one of Go's standard library", "usr/local/go/src/crypto/tls/testdata/example-key.pem", pem],
    ["one of Python's", "usr/local/lib/python3.13/test/certdata/keycert.pem", pem],
    [
      "one of a package's tests",
      "app/.venv/lib/python3.13/site-packages/tornado/test/test.key",
      pem,
    ],
    ["one of a module's tests", "app/node_modules/public-encrypt/test/rsa.pem", pem],
    ["one in a source of a dependency", "go/pkg/mod/x.org/y@v1.0.0/key.go", pem],
    ["one behind binary data", "app/store.dat2", `\0${pem}`],
    ["one in a file too large to be written by hand", "app/dump.txt", pem + " ".repeat(1 << 20)],
  ])("%s", async (_, name, text) => {
    expect(await found(name, text)).toEqual([]);
  });

  test.each([
    "app/key.pem",
    "etc/ssl/private/server.key",
    "etc/ssh/ssh_host_rsa_key",
    "run/secrets/tls",
    "usr/src/app/config.js",
    "usr/local/tomcat/conf/server.key",
    "var/www/html/id_rsa",
    "app/node_modules/mine/server.key",
  ])("but a key in %s is", async (name) => {
    expect(await found(name, pem)).toEqual([`/${name} (private key)`]);
  });

  test("of a large file called after a secret the beginning is looked at", async () => {
    const text = `DB_PASSWORD=hunter2\n${"A=1\n".repeat(1 << 19)}`;
    expect(await found("app/.env", text)).toHaveLength(1);
  });
});

test("the secret itself is never told", async () => {
  const secret = begins("gh", "p_") + drawn(36);
  const { secrets } = await surface(file("app/x", secret), file("root/.netrc", "password hunter2"));
  expect(secrets).toEqual({
    count: 2,
    bytes: 56,
    paths: ["/app/x (GitHub token)", "/root/.netrc (password)"],
  });
});

test.each([
  ["ids", begins("AK", "IA").repeat(250_000)],
  ["beginnings of keys", `-----BEGIN ${begins("PRIV", "ATE KEY")}-----\n`.repeat(35_000)],
  ["headers", `-----BEGIN ${begins("PRIV", "ATE KEY")}-----\n${"a: ".repeat(330_000)}`],
  ["spaces", `-----BEGIN ${begins("PRIV", "ATE KEY")}-----${" ".repeat(1_000_000)}`],
  ["one word", begins("gh", "p_") + "a".repeat(1_000_000)],
  ["tokens", (begins("xo", "xb-1") + "a".repeat(20)).repeat(40_000)],
  ["URLs", "https://".repeat(125_000)],
  ["assignments", "PASSWORD".repeat(125_000)],
])("a megabyte of %s takes no longer than other files", async (_, text) => {
  for (const name of ["app/.env", "app/.npmrc", "app/.git/config"]) {
    const start = performance.now();
    await found(name, text.slice(0, 1_000_000));
    expect(performance.now() - start).toBeLessThan(1000);
  }
});
