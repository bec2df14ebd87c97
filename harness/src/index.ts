/** The library door: re-exports only. */
export { BuildError, EngineError, InputError } from "./model/error.ts";
