/** postgres:17 and redis:8, read through the engine: what contracts and apps rely on in the official images. */
import { expect, test } from "vitest";
import { describeBases, environment, inspect, matching, run, shell } from "./image.ts";

/** Starts the image's server, waits until `asks` succeeds, and runs a script beside it in the same container. */
async function beside(
  image: string,
  server: string,
  asks: string,
  script: string,
  ...flags: readonly string[]
): Promise<string> {
  const text = `docker-entrypoint.sh ${server} > /tmp/log 2>&1 &
timeout 30 sh -c 'until ${asks} > /dev/null 2>&1; do sleep 0.1; done' || { cat /tmp/log >&2; exit 1; }
${script}`;
  const ran = await run(image, ["sh", "-uc", text], "--entrypoint", "", ...flags);
  expect(ran, ran.err).toMatchObject({ code: 0 });
  return ran.out;
}

describeBases("postgres:17", ["postgres:17"], () => {
  const name = "postgres:17";
  const password = ["--env", 'POSTGRES_PASSWORD=it\'s "secret"'] as const;
  const answers = "pg_isready --host 127.0.0.1";

  test("config", async () => {
    const { Config } = await inspect(name);
    expect(Config).toMatchObject({
      Cmd: ["postgres"],
      Entrypoint: ["docker-entrypoint.sh"],
      User: "",
      ExposedPorts: { "5432/tcp": {} },
      Volumes: { "/var/lib/postgresql/data": {} },
      StopSignal: "SIGINT",
    });
    const env = await environment(name);
    expect(env).toMatchObject({ PGDATA: "/var/lib/postgresql/data", PG_MAJOR: "17" });
    expect(env["PG_VERSION"]).toMatch(/^17\.\d+-/);
    expect(await shell(name, "postgres --version")).toContain(`17.`);
  });

  test("the user postgres, 999, runs it; a password keeps strangers out", async () => {
    const query = "select current_user, current_setting('server_encoding')";
    const out = await beside(
      name,
      "postgres",
      answers,
      `id postgres
awk '/^Uid/ { print $2 }' /proc/$(head -1 "$PGDATA/postmaster.pid")/status
stat --format '%U %a' "$PGDATA"
PGPASSWORD=$POSTGRES_PASSWORD psql -h $(hostname) -U postgres -tAc "${query}"
PGPASSWORD=wrong psql -h $(hostname) -U postgres -tAc 'select 1' 2>&1 | grep -o 'password authentication failed'
grep -c 'ready to accept connections' /tmp/log
grep -o 'listening on IPv4 address "0.0.0.0", port 5432' /tmp/log`,
      ...password,
    );
    expect(out.split("\n")).toEqual([
      "uid=999(postgres) gid=999(postgres) groups=999(postgres),101(ssl-cert)",
      "999",
      "postgres 700",
      "postgres|UTF8",
      "password authentication failed",
      // The first one is said by the server that makes the data, and that nobody else reaches.
      "2",
      'listening on IPv4 address "0.0.0.0", port 5432',
    ]);
  });

  test("start data in their order, a database and a user of its own, options of the server", async () => {
    const folder = "/docker-entrypoint-initdb.d";
    const out = await run(
      name,
      [
        "sh",
        "-euc",
        `echo 'create table t(a int)' > ${folder}/1.sql
echo 'psql -U "$POSTGRES_USER" -d "$POSTGRES_DB" -c "insert into t values (40)"' > ${folder}/2.sh
echo 'update t set a = a + 2' | gzip > ${folder}/3.sql.gz
echo 'not meant' > ${folder}/README
docker-entrypoint.sh postgres -c max_connections=17 > /tmp/log 2>&1 &
timeout 30 sh -c 'until pg_isready -h 127.0.0.1 -U me -d shop; do sleep 0.1; done' > /dev/null
psql -U me -d shop -tAc "select a, current_setting('max_connections') from t"
grep -c 'ending is unknown' /tmp/log`,
      ],
      "--entrypoint",
      "",
      "--env",
      "POSTGRES_USER=me",
      "--env",
      "POSTGRES_DB=shop",
      ...password,
    );
    expect(out, out.err).toMatchObject({ code: 0, out: "42|17\n1" });
  });

  test("a faulty script ends it, no password is refused, trust is a choice", async () => {
    const broken = "echo 'select nothing from nowhere' > /docker-entrypoint-initdb.d/1.sql";
    expect(
      await run(
        name,
        ["sh", "-euc", `${broken}; exec docker-entrypoint.sh postgres`],
        "--entrypoint",
        "",
        ...password,
      ),
    ).toMatchObject({ code: 3, err: expect.stringContaining("nowhere") });
    expect(await run(name, [])).toMatchObject({
      code: 1,
      err: "error: the superuser postgres has no password: set POSTGRES_PASSWORD",
    });
    const trusted = "psql -h $(hostname) -U postgres -tAc 'select 1'";
    const trust = ["--env", "POSTGRES_HOST_AUTH_METHOD=trust"];
    expect(await beside(name, "postgres", answers, trusted, ...trust)).toBe("1");
  });

  test("other commands are run as they are, and no cluster lies in the image", async () => {
    expect(await run(name, ["echo", "a b"])).toMatchObject({ code: 0, out: "a b" });
    expect(await run(name, ["--version"])).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^postgres \(PostgreSQL\) 17\./),
    });
    const surplus =
      /(^|\/)PG_VERSION$|^etc\/postgresql\/17|^var\/(log|cache)\/.*\.(log|deb|bin)$|snakeoil|^etc\/machine-id$/;
    expect(await matching(name, surplus)).toEqual([]);
    expect(await shell(name, "find /etc/ssl -xtype l")).toBe("");
  });
});

describeBases("redis:8", ["redis:8"], () => {
  const name = "redis:8";
  const answers = "redis-cli ping";

  test("config", async () => {
    const { Config } = await inspect(name);
    expect(Config).toMatchObject({
      Cmd: ["redis-server"],
      Entrypoint: ["docker-entrypoint.sh"],
      User: "",
      WorkingDir: "/data",
      ExposedPorts: { "6379/tcp": {} },
      Volumes: { "/data": {} },
    });
    const { REDIS_VERSION } = await environment(name);
    expect(REDIS_VERSION).toMatch(/^8\.\d+\.\d+$/);
    expect(await shell(name, "redis-server --version")).toContain(`v=${REDIS_VERSION}`);
  });

  test("the user redis, 999, runs it in /data, and it answers other hosts", async () => {
    const out = await beside(
      name,
      "redis-server --dbfilename kept.rdb",
      answers,
      `id redis
redis-cli -h $(hostname) set a b
redis-cli save
stat --format '%U %a' /data/kept.rdb
grep -o 'Ready to accept connections' /tmp/log`,
    );
    expect(out.split("\n")).toEqual([
      "uid=999(redis) gid=999(redis) groups=999(redis)",
      "OK",
      "OK",
      "redis 600",
      "Ready to accept connections",
    ]);
  });

  test("options, a configuration, and other commands", async () => {
    const asked = "redis-cli -p 7000 config get protected-mode | tail -1";
    const other = "redis-cli -p 7000 ping";
    expect(await beside(name, "--port 7000", other, asked)).toBe("no");
    const conf = "printf 'port 7000\\nprotected-mode yes\\n' > /data/my.conf";
    expect(await beside(name, `true; ${conf}; docker-entrypoint.sh my.conf`, other, asked)).toBe(
      "yes",
    );
    expect(await run(name, ["echo", "a b"])).toMatchObject({ code: 0, out: "a b" });
  });
});
