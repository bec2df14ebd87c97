/** A check that is killed at any moment leaves nothing that the next one does not remove. */
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Docker from "dockerode";
import { execa } from "execa";
import { expect, test } from "vitest";
import { connect } from "../src/engine/connect.ts";
import { OWNER_LABEL } from "../src/engine/owner.ts";

const ROOT = join(import.meta.dirname, "..", "..");
const COMMAND = [
  join(ROOT, "harness", "src", "cli.js"),
  "check",
  join(ROOT, "apps", "go-calculator"),
  join(ROOT, "apps", "flask-hello"),
  "--quiet",
];
const TIMES = 20;
/** Longest a check is left alone before it is killed, milliseconds: about what one takes. */
const LONGEST = 8_000;

/** Everything of ours in the engine that one of these processes started. */
async function left(docker: Docker, pids: ReadonlySet<string>): Promise<string[]> {
  const filters = JSON.stringify({ label: [OWNER_LABEL] });
  const all = await Promise.all([
    docker.listContainers({ all: true, filters }),
    docker.listImages({ all: true, filters }),
    docker.listNetworks({ filters }),
  ]);
  return all
    .flat()
    .filter((it) => pids.has(it.Labels?.[OWNER_LABEL]?.split("/")[2] ?? ""))
    .map((it) => it.Id);
}

test(
  `${TIMES} checks killed at random moments, then one that ends`,
  { timeout: 600_000 },
  async () => {
    const { docker } = await connect();
    // A folder for temporary files that only these checks have.
    const temporary = await mkdtemp(join(tmpdir(), "killed-"));
    const env = { TMPDIR: temporary };
    const pids = new Set<string>();
    const moments: number[] = [];
    for (let time = 0; time < TIMES; time++) {
      // Every other one builds anew, so that builds are hit as well as containers.
      const anew = time % 2 === 0 ? ["--no-cache"] : [];
      const child = execa(process.execPath, [...COMMAND, ...anew], {
        env,
        reject: false,
        stdio: "ignore",
      });
      pids.add(String(child.pid));
      const moment = Math.round(Math.random() * LONGEST);
      moments.push(moment);
      await Promise.race([child, new Promise((resolve) => setTimeout(resolve, moment))]);
      child.kill("SIGKILL");
      await child;
    }
    const last = await execa(process.execPath, COMMAND, { env, reject: false });
    const when = `killed after ${moments.join(", ")} ms`;
    expect(last.exitCode, `${when}\n${last.stdout}\n${last.stderr}`).toBe(0);
    expect(await left(docker, pids), when).toEqual([]);
    expect(await readdir(temporary), when).toEqual([]);
    await rm(temporary, { recursive: true });
    const { stdout: processes } = await execa("ps", ["-eo", "args"]);
    const ours = processes
      .split("\n")
      .filter((it) => [...pids].some((pid) => it.includes(`/${pid}/`)) && it.includes(OWNER_LABEL));
    expect(ours, when).toEqual([]);
  },
);
