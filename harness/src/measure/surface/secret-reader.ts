import { Buffer } from "node:buffer";
import type { EntryReader } from "../tar/tar-reader.ts";
import type { TarEntry } from "../tar/tar-entry.ts";
import type { Found } from "../tree/inode.ts";
import { SECRET_FILES } from "./secret-files.ts";
import { TOKENS, type TokenRule } from "./secret-tokens.ts";
import { runsIn } from "./token-runs.ts";

/** Files that people write, and keys, are far smaller; of one that is called after a secret so much is looked at. */
const LONGEST = 1 << 20;

/** Places of distributions and of languages' own installations, whose tests and manuals are full of keys that open nothing. */
const DISTRIBUTED =
  /^\/(?:usr\/(?!src\/app\/|app\/|local\/(?!bin\/|sbin\/|lib\w*\/|libexec\/|share\/|include\/|go\/|rustup\/))|lib\w*\/|s?bin\/|boot\/|dev\/|proc\/|sys\/|busybox\/|etc\/(?:ssl\/certs|ca-certificates|pki\/(?:ca-trust|tls\/certs))\/|var\/(?:cache|lib\/(?:dpkg|apt|rpm|apk|ghc|pacman))\/|opt\/(?:java|conda)\/)/;
const LANGUAGE =
  /\/(?:site-packages|dist-packages|node_modules|vendor|gems|pkg\/mod|\.cargo|\.rustup|\.cache|\.m2\/repository|\.gradle|\.npm|\.nvm|python\d[\d.]*)\//;
const TESTS =
  /\/(?:_*tests?_*|testdata|testing|fixtures?|examples?|docs?|specs?|mocks?|dummyserver)\//;
/** Keys and what holds them, which are looked for among packages of languages too. */
const KEY_FILE = /\.(?:pem|key|p8|ppk|asc|gpg)$|\/id_(?:rsa|dsa|ecdsa|ed25519)$/;
/** Neither text nor small, by their names. */
const BINARY =
  /\.(?:png|jpe?g|gif|webp|avif|ico|bmp|tiff?|svg|woff2?|ttf|otf|eot|mp[34]|ogg|webm|mov|zip|gz|tgz|xz|bz2|zst|br|7z|jar|war|whl|deb|rpm|apk|gem|so|a|o|py[co]|class|exe|dll|wasm|node|pdf|map|mo|css|h|hpp|parquet|npy|onnx|safetensors|pt|bin|dat|db|sqlite3?)$/i;

/** Looks for private keys, tokens and passwords in small text files, and tells what kind of secret is in one: never which. */
export function secretReader(path: string, entry: TarEntry, found: Found): EntryReader | null {
  const { size } = entry;
  return size > 0 && mayHold(path, size) ? textReader(path, size, found) : null;
}

function textReader(path: string, size: number, found: Found): EntryReader {
  const pieces: Buffer[] = [];
  let length = 0;
  let over = false;
  return {
    data(view) {
      if (over) return;
      const bytes = Buffer.from(view.buffer, view.byteOffset, view.byteLength);
      if (length === 0 && bytes.subarray(0, 4096).includes(0)) {
        over = true; // no text
      } else if (length === 0 && bytes.length === size) {
        over = true;
        tell(bytes);
      } else {
        pieces.push(Buffer.from(bytes.subarray(0, LONGEST - length)));
        length += bytes.length;
        if (length >= LONGEST) finish();
      }
    },
    end() {
      if (!over) finish();
    },
  };

  function finish(): void {
    over = true;
    tell(Buffer.concat(pieces.splice(0)));
  }

  function tell(bytes: Buffer): void {
    const secret = secretIn(path, bytes.subarray(0, LONGEST));
    if (secret !== null) found({ secret });
  }
}

function mayHold(path: string, size: number): boolean {
  const name = path.slice(path.lastIndexOf("/") + 1);
  if (NAMES_OF_FILES.test(name) && SECRET_FILES.some((file) => file.path.test(path)))
    return !TESTS.test(path);
  if (DISTRIBUTED.test(path) || BINARY.test(name) || size > LONGEST) return false;
  return !LANGUAGE.test(path) || (KEY_FILE.test(path) && !TESTS.test(path));
}

/** A name without any of these is none of SECRET_FILES, which are many to try for every file. */
const NAMES_OF_FILES =
  /netrc|pgpass|\.my\.cnf|pypirc|settings|config|docker|auth\.json|npmrc|git|pip\.conf|uv\.toml|yarnrc|sources\.list|credentials|terraformrc|hosts\.yml|client_secret|\.conf$|tfstate|\.env|shadow|htpasswd|\.key$/;

/** One look for all marks of a kind: some thirty calls for each file would take longer than the search. */
const ANY_MARK = { token: markOf("token"), base64: markOf("base64") };

function markOf(run: TokenRule["run"]): RegExp {
  const marks = TOKENS.filter((rule) => rule.run === run).flatMap((rule) => rule.marks);
  return new RegExp(marks.map((mark) => RegExp.escape(mark)).join("|"));
}

/** What kind of secret a file's text holds by its form, null for none that is known. */
export function secretIn(path: string, bytes: Buffer): string | null {
  let text: string | null = null;
  const { tokens, base64 } = runsIn(bytes);
  const marked = {
    token: ANY_MARK.token.test(tokens.toString("latin1")),
    base64: base64 && ANY_MARK.base64.test((text ??= bytes.toString("latin1"))),
    none: true,
  };
  for (const { kind, marks, run, pattern, beside } of TOKENS) {
    if (!marked[run] || !marks.some((mark) => bytes.includes(mark, 0, "latin1"))) continue;
    text ??= bytes.toString("latin1");
    if (hasDrawn(text, pattern) && (beside === undefined || hasDrawn(text, beside))) return kind;
  }
  for (const { kind, path: named, pattern } of SECRET_FILES) {
    if (!named.test(path)) continue;
    text ??= bytes.toString("latin1");
    if (pattern.test(text)) return kind;
  }
  return null;
}

/** Whether a pattern matches with something that looks drawn at random. */
function hasDrawn(text: string, pattern: RegExp): boolean {
  for (const [, ...groups] of text.matchAll(pattern)) {
    const drawn = groups.find((group) => group !== undefined);
    if (drawn !== undefined && isRandom(drawn)) return true;
  }
  return false;
}

/** Documentation writes `ghp_xxxxxxxx` and `AKIAIOSFODNN7EXAMPLE`. */
function isRandom(text: string): boolean {
  const some = text.slice(0, 64);
  return (
    new Set(some).size >= Math.min(10, some.length / 3) &&
    !/example|x{4}|1234567|abcdefg/i.test(some)
  );
}
