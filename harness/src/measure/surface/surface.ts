import type { Anatomy } from "../../model/anatomy.ts";
import type { Survey } from "../tree/survey.ts";
import { bytesOf, type Node, type Tree } from "../tree/tree.ts";
import { isCache } from "./caches.ts";
import { capabilityText } from "./capability.ts";
import { collection } from "./findings.ts";
import { isSetuid, isWorldWritable } from "./permissions.ts";
import { programSurvey } from "./programs.ts";
import { isSource } from "./sources.ts";

/** What of an image makes it larger, and larger to attack, than a program needs. */
export type Surface = Pick<
  Anatomy,
  | "shells"
  | "packageManagers"
  | "compilers"
  | "sources"
  | "caches"
  | "setuid"
  | "capabilities"
  | "worldWritable"
  | "secrets"
>;

/** Looks at every name of a file system. Folders of version control and caches count once, with all that is in them. */
export function surfaceSurvey(tree: Tree): Survey<Surface> {
  const found = {
    shell: collection(),
    "package manager": collection(),
    compiler: collection(),
    sources: collection(),
    caches: collection(),
    setuid: collection(),
    capabilities: collection(),
    worldWritable: collection(),
    secrets: collection(),
  };
  const programs = programSurvey(tree);
  /** The cache that the names to come lie in, with a slash behind it. */
  let cache: string | null = null;
  return {
    look(path, node) {
      const { inode } = node;
      programs.look(path, node);
      if (isSource(path, inode.kind)) found.sources.add(path, node);
      if ((cache === null || !path.startsWith(cache)) && holdsCache(path, node)) {
        found.caches.add(path, node);
        cache = `${path}/`;
      }
      if (isSetuid(inode)) found.setuid.add(path, node);
      const capabilities = inode.capability === null ? null : capabilityText(inode.capability);
      if (capabilities !== null) found.capabilities.add(path, node, capabilities);
      if (isWorldWritable(inode)) found.worldWritable.add(path, node);
      if (inode.content?.secret) found.secrets.add(path, node, inode.content.secret);
    },
    result() {
      for (const { path, node, kind } of programs.result()) found[kind].add(path, node);
      return {
        shells: found.shell.all(),
        packageManagers: found["package manager"].all(),
        compilers: found.compiler.all(),
        sources: found.sources.all(),
        caches: found.caches.all(),
        setuid: found.setuid.all(),
        capabilities: found.capabilities.all(),
        worldWritable: found.worldWritable.all(),
        secrets: found.secrets.all(),
      };
    },
  };
}

function holdsCache(path: string, node: Node): boolean {
  const { kind } = node.inode;
  return (kind === "directory" || kind === "file") && isCache(path) && bytesOf(node) > 0;
}
