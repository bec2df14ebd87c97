/** postgres:17: Debian trixie's own PostgreSQL, behind an entrypoint that takes the official image's settings. */
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { PATH, type Facts, type Layer, type Recipe, type Work } from "../recipe.ts";
import { install, runIn } from "../root.ts";
import { debian } from "./debian.ts";

const MAJOR = "17";
const PROGRAMS = `/usr/lib/postgresql/${MAJOR}/bin`;
const DATA = "/var/lib/postgresql/data";

/** Settings and their meaning: https://hub.docker.com/_/postgres */
const ENTRYPOINT = `#!/usr/bin/env bash
# Makes a cluster in an empty PGDATA, does what lies in /docker-entrypoint-initdb.d, and becomes the server.
set -Eeuo pipefail

# The variable of that name, or what is in the file that NAME_FILE names, or the second argument.
setting() {
  local file="\${1}_FILE"
  if [ -n "\${!1:-}" ] && [ -n "\${!file:-}" ]; then
    echo >&2 "error: $1 and $file are both set; take one away"
    return 1
  fi
  if [ -n "\${!file:-}" ]; then cat "\${!file}"; else printf '%s' "\${!1:-$2}"; fi
}

start_data() {
  local file
  for file in /docker-entrypoint-initdb.d/*; do
    [ -e "$file" ] || continue
    echo "$0: $file"
    case "$file" in
      *.sh) if [ -x "$file" ]; then "$file"; else . "$file"; fi ;;
      *.sql) sql --file="$file" ;;
      *.sql.gz) gunzip --stdout "$file" | sql ;;
      *.sql.xz) xz --decompress --stdout "$file" | sql ;;
      *.sql.zst) zstd --decompress --stdout "$file" | sql ;;
      *) echo "$0: left alone, its ending is unknown" ;;
    esac
  done
}

sql() {
  psql --set=ON_ERROR_STOP=1 --no-password --no-psqlrc \\
    --username="$POSTGRES_USER" --dbname="$POSTGRES_DB" "$@"
}

cluster() {
  local password method="\${POSTGRES_HOST_AUTH_METHOD:-scram-sha-256}"
  password=$(setting POSTGRES_PASSWORD "")
  POSTGRES_USER=$(setting POSTGRES_USER postgres)
  POSTGRES_DB=$(setting POSTGRES_DB "$POSTGRES_USER")
  export POSTGRES_USER POSTGRES_DB
  if [ -z "$password" ] && [ "$method" != trust ]; then
    echo >&2 "error: the superuser $POSTGRES_USER has no password: set POSTGRES_PASSWORD"
    exit 1
  fi
  # Words of POSTGRES_INITDB_ARGS are options of their own.
  eval "local options=(\${POSTGRES_INITDB_ARGS:-})"
  [ -z "\${POSTGRES_INITDB_WALDIR:-}" ] || options+=("--waldir=$POSTGRES_INITDB_WALDIR")
  if [ -n "$password" ]; then
    initdb --username="$POSTGRES_USER" --pwfile=<(printf '%s\\n' "$password") "\${options[@]}"
  else
    initdb --username="$POSTGRES_USER" "\${options[@]}"
  fi
  printf '\\nhost all all all %s\\n' "$method" >> "$PGDATA/pg_hba.conf"
  # Until the start data is in, nobody but this script reaches the server.
  export PGPASSWORD="$password"
  pg_ctl --wait --options="$(printf '%q ' "$@" -c listen_addresses= -p "\${PGPORT:-5432}")" start
  if [ "$POSTGRES_DB" != postgres ]; then
    POSTGRES_DB=postgres sql --set=db="$POSTGRES_DB" <<< 'CREATE DATABASE :"db"'
  fi
  start_data
  pg_ctl --wait --mode=fast stop
  unset PGPASSWORD
  echo
  echo "PostgreSQL init process complete; ready for start up."
  echo
}

case "\${1:-}" in
  -*) set -- postgres "$@" ;;
esac
[ "\${1:-}" = postgres ] || exec "$@"
for argument; do
  case "$argument" in
    --help | --version | -V | '-?') exec "$@" ;;
  esac
done
if [ "$(id -u)" = 0 ]; then
  mkdir -p "$PGDATA"
  find "$PGDATA" /var/run/postgresql \\! -user postgres -exec chown postgres '{}' +
  chmod 700 "$PGDATA"
  export HOME=/var/lib/postgresql
  exec setpriv --reuid=postgres --regid=postgres --init-groups "$0" "$@"
fi
if [ -s "$PGDATA/PG_VERSION" ]; then
  echo
  echo "PostgreSQL Database directory appears to contain a database; Skipping initialization"
  echo
else
  cluster "\${@:2}"
fi
exec "$@"
`;

const postgres: Layer = {
  name: `postgres-${MAJOR}`,
  on: debian,
  source: import.meta.filename,
  make,
};

export const recipes: readonly Recipe[] = [
  {
    names: [`postgres:${MAJOR}`, `postgres:${MAJOR}-trixie`],
    layers: [debian, postgres],
    madeFrom: ({ version }) => `Debian trixie's packages of PostgreSQL (${version})`,
    config: ({ version }) => ({
      Env: [
        `PATH=${PATH}:${PROGRAMS}`,
        "LANG=en_US.utf8",
        `PG_MAJOR=${MAJOR}`,
        `PG_VERSION=${version}`,
        `PGDATA=${DATA}`,
      ],
      Entrypoint: ["docker-entrypoint.sh"],
      Cmd: ["postgres"],
      ExposedPorts: { "5432/tcp": {} },
      Volumes: { [DATA]: {} },
      StopSignal: "SIGINT",
    }),
  },
];

async function make({ tree }: Work): Promise<Facts> {
  const home = "/var/lib/postgresql";
  await runIn(tree, ["groupadd", "--system", "--gid", "999", "postgres"]);
  const options = ["--system", "--uid", "999", "--gid", "postgres", "--shell", "/bin/bash"];
  await runIn(tree, ["useradd", ...options, "--home-dir", home, "postgres"]);
  // The entrypoint makes its cluster; one that the package made would be the same in every container.
  await mkdir(join(tree, "etc/postgresql-common"), { recursive: true });
  await writeFile(
    join(tree, "etc/postgresql-common/createcluster.conf"),
    "create_main_cluster = false\n",
  );
  await install(tree, [`postgresql-${MAJOR}`, "locales", "xz-utils", "zstd"]);
  // Made for the machine that installs the package: its name is in the one, and the other is no secret any more.
  await rm(join(tree, "etc/ssl/certs/ssl-cert-snakeoil.pem"), { force: true });
  await rm(join(tree, "etc/ssl/private/ssl-cert-snakeoil.key"), { force: true });
  await runIn(tree, ["find", "/etc/ssl/certs", "-xtype", "l", "-delete"]);
  const locale = ["--inputfile=en_US", "--charmap=UTF-8", "--force"];
  const aliases = "--alias-file=/usr/share/locale/locale.alias";
  await runIn(tree, ["localedef", ...locale, aliases, "en_US.UTF-8"]);
  await listenEverywhere(join(tree, `usr/share/postgresql/${MAJOR}/postgresql.conf.sample`));
  // Open to any user, for whoever runs it under another one.
  for (const folder of [home, DATA, "/run/postgresql"]) {
    await runIn(tree, ["install", "-d", "-o", "postgres", "-g", "postgres", "-m", "1777", folder]);
  }
  await runIn(tree, ["install", "-d", "/docker-entrypoint-initdb.d"]);
  const entrypoint = join(tree, "usr/local/bin/docker-entrypoint.sh");
  await writeFile(entrypoint, ENTRYPOINT, { mode: 0o755 });
  const shown = ["dpkg-query", "--show", "--showformat=${Version}", `postgresql-${MAJOR}`];
  return { version: (await runIn(tree, shown)).trim() };
}

/** A server that only its own container could reach would serve nobody. */
async function listenEverywhere(sample: string): Promise<void> {
  const text = await readFile(sample, "utf8");
  const changed = text.replace(/^#?listen_addresses = 'localhost'/m, "listen_addresses = '*'");
  if (changed === text) throw new Error(`${sample} has no listen_addresses = 'localhost'`);
  await writeFile(sample, changed);
}
