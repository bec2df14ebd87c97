/** redis:8: Debian trixie's own Redis, behind an entrypoint that does what the official image's does. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { PATH, type Facts, type Layer, type Recipe, type Work } from "../recipe.ts";
import { install, runIn } from "../root.ts";
import { debian } from "./debian.ts";

const MAJOR = "8";

/** https://hub.docker.com/_/redis */
const ENTRYPOINT = `#!/bin/sh
# Takes options and a configuration file for redis-server, which runs as the user redis, and is open to its network.
set -eu
case "\${1:-}" in
  -* | *.conf) set -- redis-server "$@" ;;
esac
[ "\${1:-}" = redis-server ] || exec "$@"
shift
# The official program is built to answer everybody; what the configuration or the options say of that is the last word.
case "\${1:-}" in
  -* | "") set -- --protected-mode no "$@" ;;
  *)
    file=$1
    shift
    if grep -q '^[[:space:]]*protected-mode' "$file" 2>/dev/null; then
      set -- "$file" "$@"
    else
      set -- "$file" --protected-mode no "$@"
    fi
    ;;
esac
umask 0077
[ "$(id -u)" = 0 ] || exec redis-server "$@"
find . \\! -user redis -exec chown redis '{}' +
exec setpriv --reuid=redis --regid=redis --clear-groups --inh-caps=-all redis-server "$@"
`;

const redis: Layer = {
  name: `redis-${MAJOR}`,
  on: debian,
  source: import.meta.filename,
  make,
};

export const recipes: readonly Recipe[] = [
  {
    names: [`redis:${MAJOR}`],
    layers: [debian, redis],
    madeFrom: ({ version }) => `Debian trixie's packages of Redis (${version}, without modules)`,
    config: ({ version }) => ({
      Env: [`PATH=${PATH}`, `REDIS_VERSION=${version}`],
      Entrypoint: ["docker-entrypoint.sh"],
      Cmd: ["redis-server"],
      WorkingDir: "/data",
      ExposedPorts: { "6379/tcp": {} },
      Volumes: { "/data": {} },
    }),
  },
];

async function make({ tree }: Work): Promise<Facts> {
  await runIn(tree, ["groupadd", "--system", "--gid", "999", "redis"]);
  const options = ["--system", "--uid", "999", "--gid", "redis", "--shell", "/usr/sbin/nologin"];
  await runIn(tree, ["useradd", ...options, "--home-dir", "/var/lib/redis", "redis"]);
  await install(tree, ["redis-server"]);
  await runIn(tree, ["install", "-d", "-o", "redis", "-g", "redis", "/data"]);
  const entrypoint = join(tree, "usr/local/bin/docker-entrypoint.sh");
  await writeFile(entrypoint, ENTRYPOINT, { mode: 0o755 });
  const shown = ["dpkg-query", "--show", "--showformat=${Version}", "redis-server"];
  const [, version] = /^(?:\d+:)?([\d.]+)/.exec((await runIn(tree, shown)).trim()) ?? [];
  if (!version?.startsWith(`${MAJOR}.`))
    throw new Error(`Debian's Redis is not of version ${MAJOR}`);
  return { version };
}
