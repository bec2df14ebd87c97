import { createHash } from "node:crypto";
import { InputError } from "../../model/error.ts";
import { imageDocument, type ImageDocument } from "./image-document.ts";
import { digestIn, listOf, objectOf, stringOf, stringsOf } from "./json.ts";

/** An image as an archive describes it. */
export interface ArchiveImage extends ImageDocument {
  /** All that it is known by: digests of its config, its manifest, its index (an engine's image id is one of them), tags. */
  readonly names: readonly string[];
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
/** Where Docker and containerd write an image's whole name, and where Podman does. */
const NAME_KEYS = ["io.containerd.image.name", "org.opencontainers.image.ref.name"];

/**
 * Collects image configs, OCI manifests and indexes (image-spec v1.1) and docker's manifest.json, each known by the digest
 * of its bytes; other JSON is passed over. `add` throws InputError beyond 10,000 documents or 64 MB.
 */
export function documents(): Documents {
  /** Images by config digest, config digest by manifest digest, children by index digest. */
  const configs = new Map<string, ImageDocument>();
  const manifests = new Map<string, string>();
  const indexes = new Map<string, readonly string[]>();
  /** Which document lies at a path, and the tags of paths and of digests. */
  const paths = new Map<string, string>();
  const tags: { readonly path?: string; readonly digest?: string; readonly tag: string }[] = [];
  const resolved = new Map<string, string | null>();
  const mentions = new Map<string, readonly string[]>();
  let count = 0;
  let bytesKept = 0;

  /** Whether it is a document of ours; one may be several at once. */
  function keep(id: string, name: string, document: unknown): boolean {
    const fields = objectOf(document) ?? {};
    const image = imageDocument(id, fields);
    if (image) configs.set(id, image);
    const config = listOf(fields["layers"]) && digestIn(objectOf(fields["config"])?.["digest"]);
    if (config) manifests.set(id, config);
    const children = childrenOf(fields["manifests"]);
    if (children) indexes.set(id, [...new Set(children.map((child) => child.digest))]);
    for (const child of children ?? [])
      if (child.tag !== undefined) tags.push({ digest: child.digest, tag: child.tag });
    // docker save's own, a list.
    const records = name === "manifest.json" ? listOf(document)?.map(objectOf) : undefined;
    for (const record of records ?? []) {
      const path = stringOf(record?.["Config"]);
      if (path === null) continue;
      for (const tag of stringsOf(record?.["RepoTags"]) ?? []) tags.push({ path, tag });
    }
    return Boolean(image ?? config ?? children ?? records);
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

/** The manifests that an index lists, each with its name; null for what is no index. One may be listed by several names. */
function childrenOf(
  manifests: unknown,
): readonly { readonly digest: string; readonly tag: string | undefined }[] | null {
  const list = listOf(manifests);
  if (list === null) return null;
  return list.map(objectOf).flatMap((child) => {
    const digest = digestIn(child?.["digest"]);
    const annotations = objectOf(child?.["annotations"]);
    const tag = NAME_KEYS.map((key) => stringOf(annotations?.[key]) ?? "").find(Boolean);
    return digest === null ? [] : [{ digest, tag }];
  });
}
