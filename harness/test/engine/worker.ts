/** A process of its own that starts things in the engine and waits to be killed; `keep` as an argument keeps them. */
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect } from "../../src/engine/connect.ts";
import { openEngine } from "../../src/engine/engine.ts";
import { freshName, OWNER, ourLabels } from "../../src/engine/owner.ts";

const keep = process.argv[2] === "keep";
const engine = await openEngine(keep);
const context = mkdtempSync(join(tmpdir(), "slimproof-worker-"));
writeFileSync(
  join(context, "Dockerfile"),
  `FROM debian:trixie-slim\nCOPY Dockerfile /${freshName()}\n`,
);
const image = await engine.image(
  { kind: "build", context, dockerfile: "Dockerfile", target: null, args: {}, platform: null },
  { cache: true, keep, signal: new AbortController().signal, onEvent: () => {} },
);
await engine.containers.start({
  image: image.ref,
  args: ["sleep", "600"],
  env: {},
  user: null,
  readOnly: false,
  tmpfs: [],
  memory: 64_000_000,
  pids: 16,
  network: "none",
  mounts: [],
  ports: [],
  stdin: false,
});
const { docker } = await connect();
await docker.createNetwork({ Name: freshName(), Labels: ourLabels(keep) });
process.stdout.write(`${JSON.stringify({ owner: OWNER, context, ref: image.ref })}\n`);
process.stdin.resume().on("end", async () => {
  await engine[Symbol.asyncDispose]();
  process.exit();
});
