import { stat } from "node:fs/promises";
import { basename, join, relative, resolve } from "node:path";
import type { Contract, ImageSource, Probe } from "../model/contract.ts";
import { InputError } from "../model/error.ts";
import type { Scouted } from "../model/scouted.ts";
import { toRun, WITHIN } from "./convert.ts";
import { run } from "./run.ts";

function inferred(
  name: string,
  folder: string,
  baseline: ImageSource,
  candidates: Contract["candidates"],
): Contract {
  return {
    file: null,
    folder,
    name,
    baseline,
    candidates,
    run: toRun(run.parse({}), folder),
    services: [],
    probes: [],
    fuzz: [],
    claims: { size: null, transfer: null, packages: null, absent: [], user: null },
    accept: [],
  };
}

/** The endings of Dockerfiles that are candidates where no contract says so. */
const CANDIDATES = ["multi", "minimal"];

/**
 * A contract for a folder that has none but Dockerfile.single beside Dockerfile.multi (and Dockerfile.minimal). Its probes
 * are inferred when its baseline can be looked at.
 * @throws InputError that says which of them is missing.
 */
export async function contractOfFolder(path: string): Promise<Contract> {
  const folder = resolve(path);
  const shown = relative(process.cwd(), folder) || ".";
  const has = async (name: string): Promise<boolean> =>
    (await stat(join(folder, name)).catch(() => null))?.isFile() ?? false;
  const endings: string[] = [];
  for (const ending of CANDIDATES) if (await has(`Dockerfile.${ending}`)) endings.push(ending);
  if (!(await has("Dockerfile.single")))
    throw new InputError(
      endings.length > 0 || (await has("Dockerfile"))
        ? `${shown}: there is no Dockerfile.single: the single-stage Dockerfile is what the others are compared with; rename yours, or name it in a parity.yaml`
        : `${shown}: there is no parity.yaml here, and no Dockerfile.single with a Dockerfile.multi beside it`,
    );
  if (endings.length === 0)
    throw new InputError(
      `${shown}: there is no Dockerfile.multi: write the multi-stage one beside Dockerfile.single, or name it in a parity.yaml`,
    );
  const source = (ending: string): ImageSource => ({
    kind: "build",
    dockerfile: `Dockerfile.${ending}`,
    context: folder,
    target: null,
    args: {},
    platform: null,
  });
  return inferred(
    basename(folder),
    folder,
    source("single"),
    endings.map((name) => ({ name, source: source(name) })),
  );
}

/** A contract for two images that exist, whose probes are inferred. */
export function contractOfPair(baseline: string, candidate: string): Contract {
  const image = (ref: string): ImageSource => ({ kind: "image", image: ref, platform: null });
  return inferred(baseline, process.cwd(), image(baseline), [
    { name: candidate, source: image(candidate) },
  ]);
}

/** Whether a contract's probes are still to be inferred. */
export function isInferred(contract: Contract): boolean {
  return contract.file === null && contract.probes.length === 0;
}

/**
 * The probes for a program that was looked at: GET / and what that page refers to on each port that answers HTTP, a
 * connection to the others, a session and an empty input where it reads one, a run to its end where it ends, and a stop
 * where it does not.
 */
export function inferProbes({ ports, ends, reads }: Scouted): readonly Probe[] {
  const rest = { within: WITHIN, expect: {} };
  const get = (port: number, path: string): Probe => ({
    ...rest,
    kind: "http",
    name: `GET ${path}${ports.length > 1 ? ` on ${port}` : ""}`,
    method: "GET",
    path,
    port,
    headers: {},
    body: null,
    parallel: 1,
  });
  const probes: Probe[] = ports.flatMap(({ port, speaks, links }): Probe[] =>
    speaks === "http"
      ? ["/", ...links, "/no-such-page"].map((path) => get(port, path))
      : [{ ...rest, kind: "tcp", name: `connects to ${port}`, port, send: null, until: null }],
  );
  if (reads)
    probes.push(
      {
        ...rest,
        kind: "terminal",
        name: "a session",
        steps: [
          { kind: "type", text: "help" },
          { kind: "press", key: "ctrl-d" },
          { kind: "exit", code: null },
        ],
      },
      { ...rest, kind: "command", name: "an empty input", args: null, stdin: "", env: {} },
    );
  if (ends && ports.length === 0 && !reads)
    probes.push({ ...rest, kind: "command", name: "runs", args: null, stdin: null, env: {} });
  if (!ends) probes.push({ ...rest, kind: "stop", name: "stops", signal: null });
  return probes;
}
