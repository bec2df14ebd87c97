/** Pure: what the engine said of a build that failed, as what it means for the Dockerfile. */
import { posix } from "node:path";
import { BuildError } from "../model/error.ts";
import type { BuildFailure } from "./build-log.ts";
import type { DockerfileFacts } from "./dockerfile.ts";

/** The build that failed. */
interface FailedBuild {
  /** What the Dockerfile is called. */
  readonly shown: string;
  readonly facts: DockerfileFacts;
  /** Whether a private engine built it, which reaches no registry. */
  readonly sandboxed: boolean;
}

const UNREACHABLE =
  /failed to resolve source metadata|failed to do request|pull access denied|failed to authorize|no match for platform|manifest unknown|: not found$/;

/** The error that tells of a failure; null is one that the engine did not speak of. */
export function buildError(build: FailedBuild, failure: BuildFailure | null): BuildError {
  const { shown, facts } = build;
  const text = failure?.error ?? "the engine reported success but made no image";
  const base = baseIn(text, facts);
  // Of a step that is no FROM, something else was not found.
  if (base && UNREACHABLE.test(text) && (failure?.step ?? "FROM").startsWith("FROM"))
    return mayBeStage(base, facts) ? unknownStage(build, base, text) : noBase(build, base, text);
  const stage = failure?.stage ? stageName(failure.stage, facts) : null;
  const step = failure?.step ?? null;
  const where = [stage && stageText(stage, facts), step].filter(Boolean).join(", ");
  const exitCode = failure?.exitCode ?? null;
  const [first = ""] = text.split("\n");
  const how =
    exitCode === null ? (step && notThere(text, step, facts)) || first : `exit code ${exitCode}`;
  const message = `${shown}: build failed${where ? ` in ${where}` : ""}: ${how}`;
  const log = failure && failure.log.length > 0 ? failure.log : untold(text, how);
  return new BuildError(message, { dockerfile: shown, stage, step, exitCode, log });
}

function baseIn(text: string, { bases }: DockerfileFacts): string | undefined {
  return bases.find((it) => text.startsWith(`${it}: `)) ?? bases.find((it) => text.includes(it));
}

/** A plain name that only a COPY or a mount takes from: a stage was meant more likely than an image without a tag. */
function mayBeStage(base: string, { copied }: DockerfileFacts): boolean {
  return copied.includes(base) && /^[\w.-]+$/.test(base);
}

function unknownStage({ shown, facts }: FailedBuild, name: string, text: string): BuildError {
  const meant = /\(did you mean [^()]+\?\)/.exec(text)?.[0];
  return early(
    shown,
    `no stage is called ${name}${meant ? ` ${meant}` : ""}; ${stagesText(facts)}; docker takes an unknown name for an image, and there is none`,
    null,
    [],
  );
}

/** All stages in a few words. */
function stagesText({ stages }: DockerfileFacts): string {
  const names = stages.filter((it, at) => it.name !== String(at)).map(({ name }) => name);
  const others = stages.length - names.length;
  if (names.length === 0)
    return others === 1 ? "the only stage has no name" : `none of the ${others} stages has a name`;
  const unnamed = others === 0 ? "" : ` and ${others} without a name`;
  return stages.length === 1
    ? `the only stage is ${names[0]}`
    : `the stages are ${names.join(", ")}${unnamed}`;
}

function noBase({ shown, sandboxed }: FailedBuild, base: string, text: string): BuildError {
  const ways = sandboxed
    ? `the private engine has no stand-in of it (\`make bases\` lists those it can make); use one of those, or a Docker engine that reaches a registry`
    : `check the name and the network, \`docker login\` or set a registry mirror, or stop that engine and run \`make engine\` for a private one with stand-ins`;
  return early(shown, `base image ${base} cannot be pulled: ${ways}`, `FROM ${base}`, [text]);
}

/** A failure before any stage. */
function early(
  shown: string,
  what: string,
  step: string | null,
  log: readonly string[],
): BuildError {
  const facts = { dockerfile: shown, stage: null, step, exitCode: null, log };
  return new BuildError(`${shown}: ${what}`, facts);
}

/** BuildKit leaves out the name of the only stage. */
function stageName(told: string, { stages: [first, ...others] }: DockerfileFacts): string {
  return first && others.length === 0 && first.name !== "0" ? first.name : told;
}

/** A stage in a sentence; BuildKit counts those without a name from 0, people from 1. Null for a nameless only one. */
function stageText(name: string, { stages }: DockerfileFacts): string | null {
  const at = /^stage-(\d+)$/.exec(name)?.[1];
  if (at === undefined || stages[Number(at)]?.name !== at) return `stage ${name}`;
  return stages.length === 1 ? null : `stage ${Number(at) + 1} (of ${stages.length}, no name)`;
}

const NOT_THERE =
  /"(?<lost>[^"]+)": not found$|(?:lstat|open|stat) \/\S*\/buildkit-mount\d+(?<path>\/[^:]*): no such file or directory$/;

/**
 * What a COPY or a mount did not find, and where, with docker's last words behind it for whoever searches for them; null
 * when the failure is of another kind.
 */
function notThere(text: string, step: string, facts: DockerfileFacts): string | null {
  const { lost, path } = NOT_THERE.exec(text)?.groups ?? {};
  const missed = lost ?? path;
  if (missed === undefined || !/^(?:COPY|ADD|RUN --mount)/.test(step)) return null;
  const from = /--from=(\S+)|^RUN --mount=\S*\bfrom=([^\s,]+)/.exec(step)?.slice(1);
  const place = placeText(from?.find((it) => it !== undefined) ?? null, facts);
  const words = lost === undefined ? `${path}: no such file or directory` : `"${lost}": not found`;
  return `${asWritten(missed, step)} is not in ${place} (${words})`;
}

function placeText(from: string | null, facts: DockerfileFacts): string {
  if (from === null) return "the build context";
  const at = facts.stages.findLastIndex(
    ({ name }, index) => name.toLowerCase() === from.toLowerCase() || String(index) === from,
  );
  const stage = facts.stages[at];
  if (!stage) return `the image ${from}`;
  if (stage.name !== String(at)) return `the stage ${stage.name}`;
  return stageText(`stage-${at}`, facts) ?? "that stage";
}

/** The source of a COPY that leads to a path from the root, else that path. */
function asWritten(missed: string, step: string): string {
  const sources = step.split(/[\s"[\],]+/).slice(1, -1);
  const leads = (it: string): boolean => `${posix.join("/", it)}/`.startsWith(`${missed}/`);
  return sources.find((it) => it !== "" && !it.startsWith("--") && leads(it)) ?? missed;
}

/** What of the engine's words is told nowhere else. */
function untold(text: string, told: string): readonly string[] {
  return text.split("\n").filter((line, at) => line !== "" && (at > 0 || !isTold(line, told)));
}

function isTold(line: string, told: string): boolean {
  return (
    told.includes(line) ||
    NOT_THERE.test(line) ||
    /^process ".*" did not complete successfully: exit code: \d+$/s.test(line)
  );
}
