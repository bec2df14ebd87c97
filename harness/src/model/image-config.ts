import type { ImageConfig } from "./image.ts";

/**
 * The part of an image's config that is the same in the engine's answer and in the config that lies in an archive
 * (OCI image-spec, "Image Configuration": `config`).
 */
export interface StoredConfig {
  readonly Entrypoint?: string | readonly string[] | null | undefined;
  readonly Cmd?: string | readonly string[] | null | undefined;
  readonly WorkingDir?: string | null | undefined;
  readonly User?: string | null | undefined;
  readonly ExposedPorts?: Readonly<Record<string, unknown>> | null | undefined;
  readonly Volumes?: Readonly<Record<string, unknown>> | null | undefined;
  readonly StopSignal?: string | null | undefined;
  readonly Healthcheck?: unknown;
  readonly Env?: readonly string[] | null | undefined;
  readonly Labels?: Readonly<Record<string, string>> | null | undefined;
}

/** What is left out counts as the default that engines give it: `/` as working directory, an empty command as none. */
export function imageConfig(
  id: string,
  platform: readonly (string | null | undefined)[],
  layers: readonly string[],
  config: StoredConfig,
): ImageConfig {
  return {
    id,
    entrypoint: list(config.Entrypoint),
    cmd: list(config.Cmd),
    workdir: config.WorkingDir || "/",
    user: config.User || "",
    ports: Object.keys(config.ExposedPorts ?? {}).sort(),
    volumes: Object.keys(config.Volumes ?? {}).sort(),
    stopsignal: config.StopSignal || null,
    healthcheck: config.Healthcheck ? JSON.stringify(config.Healthcheck) : null,
    env: Object.fromEntries((config.Env ?? []).map(splitEnv)),
    labels: config.Labels ?? {},
    platform: platform.filter(Boolean).join("/"),
    layers,
  };
}

function splitEnv(line: string): [string, string] {
  const at = line.indexOf("=");
  return at < 0 ? [line, ""] : [line.slice(0, at), line.slice(at + 1)];
}

function list(value: StoredConfig["Cmd"]): readonly string[] | null {
  if (value === null || value === undefined || value.length === 0) return null;
  return typeof value === "string" ? [value] : value;
}
