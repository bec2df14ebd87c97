import { createHash } from "node:crypto";
import { z } from "zod";
import { InputError } from "../../model/error.ts";
import { imageConfig } from "../../model/image-config.ts";
import type { ImageConfig } from "../../model/image.ts";

/** An image as an archive describes it. */
export interface ArchiveImage {
  /** All that it is known by: digests of its config, its manifest, its index (an engine's image id is one of them), tags. */
  readonly names: readonly string[];
  /** Diff ids, lowest layer first. */
  readonly layers: readonly string[];
  /** Its id is the digest of the stored config, as Docker's is. */
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

/** The JSON documents of an archive, taken in any order. */
export interface Documents {
  /** Answers the digests that a document speaks of; none for what is no document of ours. */
  add(name: string, bytes: Buffer): readonly string[];
  images(): readonly ArchiveImage[];
  /** The digests that a document speaks of, by its own. */
  mentions(digest: string): readonly string[];
}

/** Bounds on what a hostile archive can make us keep. */
const MOST_DOCUMENTS = 10_000;
const MOST_BYTES = 64_000_000;
/** An index may name indexes; engines write two levels. */
const DEEPEST = 8;

const digest = z.string().regex(/^sha256:[0-9a-f]{64}$/);
/** What is kept of an instruction, and of how many: a here-document can be long, and 127 layers are the most there are. */
const LONGEST_STEP = 4096;
const MOST_STEPS = 2000;

/** A field of another form than it should have counts as absent: it costs a name in a report, not the whole image. */
const string = z.string().nullish().catch(null);
const command = z
  .union([z.string(), z.array(z.string())])
  .nullish()
  .catch(null);
const keys = z.record(z.string(), z.unknown()).nullish().catch(null);
const CONFIG = z.object({
  os: z.string().optional(),
  architecture: string,
  variant: string,
  rootfs: z.object({ diff_ids: z.array(digest).nullish() }),
  config: z
    .object({
      Entrypoint: command,
      Cmd: command,
      WorkingDir: string,
      User: string,
      ExposedPorts: keys,
      Volumes: keys,
      StopSignal: string,
      Healthcheck: z.unknown().optional(),
      Env: z.array(z.string()).nullish().catch(null),
      Labels: z.record(z.string(), z.string()).nullish().catch(null),
    })
    .nullish()
    .catch(null),
  history: z
    .array(z.object({ created_by: string, empty_layer: z.boolean().nullish().catch(null) }))
    .nullish()
    .catch(null),
});
const MANIFEST = z.object({ config: z.object({ digest }), layers: z.array(z.unknown()) });
const INDEX = z.object({
  manifests: z.array(
    z.object({ digest, annotations: z.record(z.string(), z.unknown()).nullish() }),
  ),
});
/** Where Docker and containerd write an image's whole name, and where Podman does. */
const NAME_KEYS = ["io.containerd.image.name", "org.opencontainers.image.ref.name"];
/** manifest.json of `docker save`. */
const DOCKER = z.array(z.object({ Config: z.string(), RepoTags: z.array(z.string()).nullish() }));

/**
 * Collects image configs, OCI manifests and indexes (image-spec v1.1) and docker's manifest.json, each known by the digest
 * of its bytes; other JSON is passed over. `add` throws InputError beyond 10,000 documents or 64 MB.
 */
export function documents(): Documents {
  /** Images by config digest, config digest by manifest digest, children by index digest. */
  const configs = new Map<string, Omit<ArchiveImage, "names">>();
  const manifests = new Map<string, string>();
  const indexes = new Map<string, readonly string[]>();
  /** Which document lies at a path, and the tags of paths and of digests. */
  const paths = new Map<string, string>();
  const tags: { readonly path?: string; readonly digest?: string; readonly tag: string }[] = [];
  const resolved = new Map<string, string | null>();
  const mentions = new Map<string, readonly string[]>();
  let count = 0;
  let bytesKept = 0;

  function keep(id: string, name: string, document: unknown): boolean {
    const config = CONFIG.safeParse(document).data;
    // Attestations have a config too, of no operating system and with layers that are no layers.
    if (config && config.os !== "unknown") configs.set(id, imageOf(id, config));
    const manifest = MANIFEST.safeParse(document).data;
    if (manifest) manifests.set(id, manifest.config.digest);
    const index = INDEX.safeParse(document).data;
    if (index)
      indexes.set(
        id,
        index.manifests.map((child) => child.digest),
      );
    for (const child of index?.manifests ?? []) {
      const tag = NAME_KEYS.map((key) => child.annotations?.[key]).find(Boolean);
      if (typeof tag === "string") tags.push({ digest: child.digest, tag });
    }
    const docker = name === "manifest.json" ? DOCKER.safeParse(document).data : undefined;
    for (const { Config: path, RepoTags } of docker ?? []) {
      for (const tag of RepoTags ?? []) tags.push({ path, tag });
    }
    return Boolean(config ?? manifest ?? index ?? docker);
  }

  /** The one image that a digest stands for; null for none or several (an index of many platforms). */
  function configOf(id: string, depth = 0): string | null {
    if (configs.has(id)) return id;
    const manifest = manifests.get(id);
    if (manifest !== undefined) return configs.has(manifest) ? manifest : null;
    const known = resolved.get(id);
    if (known !== undefined || depth === DEEPEST) return known ?? null;
    const found = new Set((indexes.get(id) ?? []).map((child) => configOf(child, depth + 1)));
    found.delete(null);
    const only = found.size === 1 ? ([...found][0] ?? null) : null;
    resolved.set(id, only);
    return only;
  }

  return {
    add(name, bytes) {
      let document: unknown;
      try {
        document = JSON.parse(bytes.toString("utf8"));
      } catch {
        return [];
      }
      if (count === MOST_DOCUMENTS || bytesKept + bytes.length > MOST_BYTES) {
        throw new InputError("too many documents in one archive");
      }
      const id = `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
      if (!keep(id, name, document)) return [];
      paths.set(name, id);
      count++;
      bytesKept += bytes.length;
      const digests = [...new Set(bytes.toString("latin1").match(/sha256:[0-9a-f]{64}/g))];
      mentions.set(id, digests);
      return digests;
    },
    mentions: (id) => mentions.get(id) ?? [],
    images() {
      const names = new Map<string, Set<string>>();
      for (const id of configs.keys()) names.set(id, new Set([id]));
      for (const id of [...manifests.keys(), ...indexes.keys()]) {
        names.get(configOf(id) ?? "")?.add(id);
      }
      for (const { path, digest: id, tag } of tags) {
        const target = id ?? paths.get(path ?? "");
        if (target !== undefined) names.get(configOf(target) ?? "")?.add(tag);
      }
      return [...configs].map(([id, image]) => ({ names: [...(names.get(id) ?? [])], ...image }));
    },
  };
}

function imageOf(id: string, stored: z.infer<typeof CONFIG>): Omit<ArchiveImage, "names"> {
  const layers = stored.rootfs.diff_ids ?? [];
  const platform = [stored.os, stored.architecture, stored.variant];
  return {
    layers,
    config: imageConfig(id, platform, layers, stored.config ?? {}),
    history: (stored.history ?? []).slice(0, MOST_STEPS).map((step) => ({
      createdBy: step.created_by?.slice(0, LONGEST_STEP) ?? null,
      empty: step.empty_layer ?? false,
    })),
  };
}
