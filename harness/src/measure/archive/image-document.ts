import { imageConfig } from "../../model/image-config.ts";
import type { ImageConfig } from "../../model/image.ts";
import { digestIn, listOf, objectOf, stringOf, stringsOf, type Json } from "./json.ts";

/** What an image's config says (OCI image-spec, "Image Configuration"). */
export interface ImageDocument {
  /** Diff ids, lowest layer first. */
  readonly layers: readonly string[];
  /** Its id is the digest of the document, as Docker's is. */
  readonly config: ImageConfig;
  /** How it came about, oldest step first; empty when it does not tell. */
  readonly history: readonly Step[];
}

/** One instruction of a build. */
export interface Step {
  /** As the builder wrote it down; null when it did not. */
  readonly createdBy: string | null;
  /** Whether it made no layer. */
  readonly empty: boolean;
}

/** What is kept of an instruction, and of how many: a here-document can be long, and 127 layers are the most there are. */
const LONGEST_STEP = 4096;
const MOST_STEPS = 2000;

/**
 * Null for what is no image's config. A field of another form than it should have counts as absent: that costs a name in a
 * report, not the whole image.
 */
export function imageDocument(id: string, document: Json): ImageDocument | null {
  const rootfs = objectOf(document["rootfs"]);
  const ids = rootfs?.["diff_ids"] ?? [];
  const layers = stringsOf(ids);
  // Attestations have a config too, of no operating system and with layers that are no layers.
  const isImage = rootfs !== null && document["os"] !== "unknown";
  if (!isImage || !layers?.every((it) => digestIn(it) !== null)) return null;
  const platform = ["os", "architecture", "variant"].map((key) => stringOf(document[key]));
  const config = objectOf(document["config"]) ?? {};
  return {
    layers,
    config: imageConfig(id, platform, layers, {
      Entrypoint: commandOf(config["Entrypoint"]),
      Cmd: commandOf(config["Cmd"]),
      WorkingDir: stringOf(config["WorkingDir"]),
      User: stringOf(config["User"]),
      ExposedPorts: objectOf(config["ExposedPorts"]),
      Volumes: objectOf(config["Volumes"]),
      StopSignal: stringOf(config["StopSignal"]),
      Healthcheck: objectOf(config["Healthcheck"]),
      Env: stringsOf(config["Env"]),
      Labels: labelsOf(config["Labels"]),
    }),
    history: (listOf(document["history"]) ?? []).slice(0, MOST_STEPS).map(stepOf),
  };
}

function commandOf(value: unknown): string | readonly string[] | null {
  return stringOf(value) ?? stringsOf(value);
}

function labelsOf(value: unknown): Readonly<Record<string, string>> | null {
  const labels = objectOf(value);
  return labels && stringsOf(Object.values(labels)) ? (labels as Record<string, string>) : null;
}

function stepOf(value: unknown): Step {
  const step = objectOf(value);
  const createdBy = stringOf(step?.["created_by"])?.slice(0, LONGEST_STEP) ?? null;
  return { createdBy, empty: step?.["empty_layer"] === true };
}
