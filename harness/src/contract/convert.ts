/** From what the file states to the model that everything else works with: names, paths and last defaults resolved. */
import { basename, relative, resolve } from "node:path";
import type {
  Candidate,
  Contract,
  Fuzz,
  ImageSource,
  Mount,
  Probe,
  Ready,
  RunOptions,
  TerminalStep,
} from "../model/contract.ts";
import { DRAWS, type FuzzEntry } from "./fuzz.ts";
import type { ProbeEntry, StepEntry } from "./probe.ts";
import type { ReadyEntry, RunEntry, Source } from "./run.ts";
import type { Written } from "./schema.ts";
import { endingOf } from "./sources.ts";

/** How long one step of a probe may take when the contract does not say, milliseconds. */
export const WITHIN = 10_000;

/** Only for what has passed the schema and the rules: here nothing is checked again. `folder` is absolute. */
export function toContract(written: Written, file: string, folder: string): Contract {
  const { claims } = written;
  const port = written.run.ready?.port;
  return {
    file,
    folder,
    name: written.name ?? (basename(folder) || "contract"),
    baseline: toSource(written.baseline, folder),
    candidates: toCandidates(written.candidates, folder),
    run: toRun(written.run, folder),
    services: Object.entries(written.services).map(([name, entry]) => ({
      name,
      image: entry.image,
      env: entry.env,
      args: entry.args ?? null,
      mounts: toMounts(entry.mounts, folder),
      ready: toReady(entry.ready),
      found: null,
    })),
    probes: written.probes.map((probe) => toProbe(probe, port)),
    fuzz: written.fuzz.map((entry) => toFuzz(entry, port)),
    claims: {
      size: claims.size ?? null,
      transfer: claims.transfer ?? null,
      packages: claims.packages ?? null,
      absent: claims.absent,
      user: claims.user ?? null,
    },
    accept: written.accept.map((accept) => ({ ...accept, candidate: accept.candidate ?? null })),
  };
}

function toSource(written: Source, folder: string): ImageSource {
  const source: Exclude<Source, string> =
    typeof written === "string" ? { dockerfile: written, context: ".", args: {} } : written;
  const { image, args, target = null, platform = null } = source;
  if (image !== undefined) return { kind: "image", image, platform };
  const context = resolve(folder, source.context);
  const file = resolve(folder, source.dockerfile ?? impossible("an image of no kind"));
  return { kind: "build", dockerfile: relative(context, file), context, target, args, platform };
}

function toCandidates(written: Written["candidates"], folder: string): readonly Candidate[] {
  const named = Array.isArray(written)
    ? written.map(
        (source) => [endingOf(source) ?? impossible("a nameless candidate"), source] as const,
      )
    : Object.entries(written);
  return named.map(([name, source]) => ({ name, source: toSource(source, folder) }));
}

/** How containers are run, by what a contract says of it, which may be nothing. */
export function toRun(run: RunEntry, folder: string): RunOptions {
  return {
    ...run,
    args: run.args ?? null,
    user: run.user ?? null,
    mounts: toMounts(run.mounts, folder),
    ready: toReady(run.ready),
  };
}

function toMounts(mounts: RunEntry["mounts"], folder: string): readonly Mount[] {
  return mounts.map(({ from, to }) => ({ from: resolve(folder, from), to }));
}

function toReady(ready: ReadyEntry | undefined): Ready | null {
  if (ready === undefined) return null;
  const { http, log, within } = ready;
  if (log !== undefined) return { kind: "log", pattern: log, within };
  const port = ready.port ?? impossible("ready of no kind");
  return http === undefined
    ? { kind: "port", port, within }
    : { kind: "http", path: http, port, within };
}

function toProbe(probe: ProbeEntry, readyPort: number | undefined): Probe {
  const { http, terminal, command, exec, files, stop, tcp, expect } = probe;
  const base = { name: probe.name, within: stop?.within ?? probe.within ?? WITHIN, expect };
  if (http) {
    const { path, parallel, port = readyPort ?? impossible("a probe without port") } = http;
    const method = http.method.toUpperCase();
    return { ...base, kind: "http", path, port, method, parallel, ...toContent(http) };
  }
  if (terminal) return { ...base, kind: "terminal", steps: terminal.map(toStep) };
  if (command) {
    const { args = null, stdin = null, env } = command;
    return { ...base, kind: "command", args, stdin, env };
  }
  if (exec) return { ...base, kind: "exec", argv: exec };
  if (files) return { ...base, kind: "files", paths: files };
  if (stop) return { ...base, kind: "stop", signal: stop.signal ?? null };
  if (tcp) {
    const port = tcp.port ?? readyPort ?? impossible("a probe without port");
    return { ...base, kind: "tcp", port, send: tcp.send ?? null, until: tcp.until ?? null };
  }
  return impossible("a probe of no kind");
}

/** The request's headers and body; `json` may hold any value, null and false included. */
function toContent(http: NonNullable<ProbeEntry["http"]>): {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
} {
  if (!("json" in http)) return { headers: http.headers, body: http.body ?? null };
  const typed = Object.keys(http.headers).some((name) => name.toLowerCase() === "content-type");
  const type = typed ? {} : { "content-type": "application/json" };
  return { headers: { ...http.headers, ...type }, body: JSON.stringify(http.json) };
}

function toStep({ expect, type, press, resize, exit }: StepEntry): TerminalStep {
  if (typeof expect === "string") return { kind: "expect", text: expect };
  if (expect) return { kind: "matches", pattern: expect.matches };
  if (type !== undefined) return { kind: "type", text: type };
  if (press !== undefined) return { kind: "press", key: press };
  if (resize) return { kind: "resize", columns: resize.columns, rows: resize.rows };
  if (exit !== undefined) return { kind: "exit", code: exit === "any" ? null : exit };
  return impossible("a step of no kind");
}

function toFuzz(entry: FuzzEntry, readyPort: number | undefined): Fuzz {
  const { name, terminal, http, with: words } = entry;
  if (terminal) {
    const { after, lines, end = null } = terminal;
    const { sessions = DRAWS.terminal.sessions, linesPerSession = DRAWS.terminal.linesPerSession } =
      entry;
    return { kind: "terminal", name, after, lines, end, words, sessions, linesPerSession };
  }
  const { paths, methods, port = readyPort } = http ?? impossible("a fuzz entry of no kind");
  return {
    kind: "http",
    name,
    port: port ?? impossible("a fuzz entry without port"),
    paths,
    methods: methods.map((method) => method.toUpperCase()),
    words,
    requests: entry.requests ?? DRAWS.http.requests,
  };
}

/** What the rules have ruled out; seeing this message means that a rule is missing there. */
function impossible(what: string): never {
  throw new Error(`rules.ts let pass ${what}`);
}
