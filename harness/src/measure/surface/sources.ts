import type { EntryKind } from "../tar/tar-entry.ts";

/** Sources of languages that are compiled: what runs is something else. A .py or .js file is the program itself, and stays. */
const SOURCE =
  /\.(?:go|c|cc|cpp|cxx|rs|java|kt|kts|scala|cs|fs|swift|zig|hs|ts|tsx|mts|cts|pyx|pxd)$/;
/** Files that only a build reads. */
const BUILD = new Set([
  ".dockerignore",
  ".gitmodules",
  "CMakeLists.txt",
  "Cargo.lock",
  "Cargo.toml",
  "Makefile",
  "Pipfile",
  "Pipfile.lock",
  "build.gradle",
  "go.mod",
  "go.sum",
  "go.work",
  "poetry.lock",
  "pom.xml",
  "pyproject.toml",
  "tsconfig.json",
  "uv.lock",
]);
const DOCKERFILE =
  /^(?:Dockerfile(?:\..+)?|.+\.Dockerfile|Containerfile|(?:docker-)?compose\.ya?ml|requirements(?:[-_.].+)?\.txt)$/;
/** Folders of version control: found once, by themselves; a worktree has a file of the same name. */
const VERSION_CONTROL = /\/\.(?:git|hg|svn)(?=\/|$)/;

/**
 * Places where the system and languages keep what is theirs. Of /usr and /var those stay that are customary for an
 * application: /usr/src/app, /usr/app, /var/www, /var/task.
 */
const SYSTEM =
  /^\/(?:usr\/(?!src\/app\/|app\/)|var\/(?!www\/|task\/)|bin\/|sbin\/|lib\w*\/|etc\/|boot\/|dev\/|proc\/|run\/|sys\/|go\/pkg\/|opt\/(?:java|gradle|maven)\/)/;
const LANGUAGE =
  /\/(?:site-packages|dist-packages|node_modules|vendor\/bundle|go\/pkg\/mod|\.cargo|\.rustup|\.cache|\.m2|\.gradle|\.npm|\.nvm)\//;

/** Whether a path is an application's, rather than the system's or a language's own. */
export function isApplication(path: string): boolean {
  return !SYSTEM.test(path) && !LANGUAGE.test(path);
}

/** Whether a path is a source, a build's file or the version control of an application, rather than the system's own. */
export function isSource(path: string, kind: EntryKind): boolean {
  if (!isApplication(path)) return false;
  const control = VERSION_CONTROL.exec(path);
  if (control !== null) return control.index + control[0].length === path.length;
  if (kind !== "file" && kind !== "link" && kind !== "symlink") return false;
  const name = path.slice(path.lastIndexOf("/") + 1);
  return SOURCE.test(name) || BUILD.has(name) || DOCKERFILE.test(name);
}
