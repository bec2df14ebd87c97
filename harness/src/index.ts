/** The library door: re-exports only. */
export {
  check,
  checkDefaults,
  standUp,
  type CheckOptions,
  type Progress,
  type Standing,
  type StandingCheck,
  type Subject,
} from "./check.ts";
export { judgeAgain, type Grounds } from "./check/grounds.ts";
export { colours } from "./command-line/colours.ts";
export { interruptible, onInterrupt } from "./command-line/interrupt.ts";
export { runCommands, type AddCommand } from "./command-line/run.ts";
export { matcherOf } from "./compare/accept.ts";
export { NOISE_KINDS, type NoiseKind } from "./compare/noise/pattern.ts";
export { contractOfFolder } from "./contract/infer.ts";
export { readYaml } from "./contract/document.ts";
export { loadContract } from "./contract/load.ts";
export { distance } from "./contract/nearest.ts";
export { lines, problemsOf } from "./contract/place.ts";
export { unknownKey, words } from "./contract/words.ts";
export { findEngine, sandboxHost, type FoundEngine } from "./engine/connect.ts";
export { dockerCommand } from "./engine/docker-command.ts";
export { readDockerfile, takenFrom, type DockerfileFacts } from "./engine/dockerfile.ts";
export { openPty } from "./drive/pty.ts";
export { openEngine, type Engine } from "./engine/engine.ts";
export { flagsOf, wordsOf } from "./engine/file-lines.ts";
export { STEP as BUILD_STEP } from "./engine/steps.ts";
export { RULES } from "./explain/explain.ts";
export { cacheFolder } from "./model/cache-folder.js";
export type { Contract } from "./model/contract.ts";
export { BuildError, EngineError, InputError } from "./model/error.ts";
export type { CheckResult, Difference, PairResult, Verdict } from "./model/result.ts";
export { resolve as resolveInTree } from "./measure/tree/tree.ts";
export { inspect, type Inspected, type InspectOptions } from "./inspect.ts";
export type { Inspection } from "./model/inspection.ts";
export type { RebuildResult } from "./model/rebuild.ts";
export { measureRebuild, rebuildDefaults, type RebuildOptions } from "./rebuild.ts";
export { jsonReport } from "./report/json.ts";
export { terminalReport } from "./report/terminal.ts";
export { bytes, percent } from "./model/quantity.ts";
export { diffLines } from "./report/difference.ts";
export { cut, harmless, padded, painter, widthOf, wrap, type Paint } from "./report/text.ts";
