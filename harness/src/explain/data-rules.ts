import { resolve, type Tree } from "../measure/tree/tree.ts";
import { variable } from "./argv.ts";
import { changedWords, isReordered, named, says } from "./clues.ts";
import { STRENGTH, type Evidence, type Finding } from "./evidence.ts";
import { copyLine, envLine } from "./recipe.ts";

/** Where Go (crypto/x509), OpenSSL, curl, Python and Node look for certificates on Linux, in that order. */
const BUNDLES = [
  "/etc/ssl/certs/ca-certificates.crt",
  "/etc/pki/tls/certs/ca-bundle.crt",
  "/etc/ssl/ca-bundle.pem",
  "/etc/pki/tls/cacert.pem",
  "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
  "/etc/ssl/cert.pem",
];
/** How libraries say that they trust nobody who signed. */
export const CERTIFICATES =
  /x509|certificate|CERT_|unable to get (?:local )?issuer|SSL(?:Error|_)|TLS handshake|ca-certificates|cafile/i;

export function certificateRules(evidence: Evidence): readonly Finding[] {
  const { baseline, candidate } = evidence;
  const lines = evidence.said.came;
  if (!says(lines, CERTIFICATES)) return [];
  const chosen = variable(evidence, candidate, "SSL_CERT_FILE");
  const places = [...(chosen ? [chosen] : []), ...BUNDLES];
  const has = (tree: Tree): string | null =>
    places.find((path) => (resolve(tree, path)?.node.inode.size ?? 0) > 0) ?? null;
  const theirs = has(baseline.tree);
  const ours = has(candidate.tree);
  if (theirs === null) return [];
  if (ours !== null) {
    const hash = (tree: Tree, path: string): unknown => resolve(tree, path)?.node.inode.hash;
    if (hash(baseline.tree, theirs) === hash(candidate.tree, ours)) return [];
    return [
      {
        id: "missing-ca-certificates",
        evidence: `${ours} of the candidate does not hold the certificates that ${theirs} of the baseline holds`,
        mend: copyLine(baseline, candidate, theirs),
        strength: STRENGTH.named + 1,
      },
    ];
  }
  return [
    {
      id: "missing-ca-certificates",
      evidence: `the baseline has certificates to verify others with in ${theirs}, the candidate has none in any of the usual places`,
      mend: copyLine(baseline, candidate, theirs),
      strength: STRENGTH.named,
    },
  ];
}

/** tzset(3), Go's time package (ZONEINFO, these folders, then zoneinfo.zip under GOROOT), Python's zoneinfo, Java and ICU read these. */
const ZONES = [
  "/usr/share/zoneinfo",
  "/usr/share/lib/zoneinfo",
  "/usr/lib/locale/TZ",
  "/etc/zoneinfo",
];
const ARCHIVE = "/usr/local/go/lib/time/zoneinfo.zip";

/** A time of day, or how far from Greenwich; a Date header is always in GMT. */
const CLOCK = /\b\d{1,2}:\d\d|[+-]\d\d:?\d\d\b|\b(?:UTC|GMT)\b/;
const DATE_HEADER = /^\w{3}, \d\d \w{3} \d{4} [\d:]{8} GMT$/;

/** Whether both sides tell a time where they differ. */
export function tellsTime({ said }: Evidence): boolean {
  return [said.came, said.gone].every((lines) =>
    lines.some((line) => CLOCK.test(line) && !DATE_HEADER.test(line)),
  );
}

export function zoneRules(evidence: Evidence): readonly Finding[] {
  const { baseline, candidate } = evidence;
  const lines = evidence.said.came;
  const zones = named(
    lines,
    /unknown time zone ([\w+/-]+)/g,
    /No time zone found with key '?([\w+/-]+)/g,
    /(?:invalid|unknown|unsupported) time ?zone(?: specified)?:? '?"?([\w+/-]+)/gi,
  );
  const zone = zones[0] ?? variable(evidence, candidate, "TZ");
  const place = (tree: Tree): string | null => {
    const folder = ZONES.find((path) =>
      resolve(tree, zone ? `${path}/${zone}` : `${path}/Europe/London`),
    );
    return folder ?? (resolve(tree, ARCHIVE) ? ARCHIVE : null);
  };
  const theirs = place(baseline.tree);
  if (theirs === null || place(candidate.tree) !== null) return [];
  const mend =
    theirs === ARCHIVE
      ? `${copyLine(baseline, candidate, ARCHIVE, "/zoneinfo.zip")} and ENV ZONEINFO=/zoneinfo.zip`
      : copyLine(baseline, candidate, theirs);
  const finding = {
    id: "missing-timezone-data" as const,
    evidence: `the baseline has time zones in ${theirs}, the candidate has none${zone ? ` (asked for: ${zone})` : ""}`,
    mend,
  };
  if (zones.length > 0 || says(lines, /time ?zone|zoneinfo/i))
    return [{ ...finding, strength: STRENGTH.named }];
  // Without its data, a zone that is asked for is silently UTC.
  if (!zone || zone === "UTC") return [];
  return [{ ...finding, strength: tellsTime(evidence) ? STRENGTH.symptom : STRENGTH.value - 5 }];
}

/** How a runtime says that a character or a locale is beyond it; that a page has a charset tells nothing. */
const ENCODING =
  /Unicode(?:Encode|Decode)Error|codec can't|\bLC_(?:ALL|CTYPE)\b|(?:unsupported|invalid|set(?:ting)?|change|default) locale|setlocale|locale .*not (?:supported|found|installed)|(?:invalid|illegal) (?:multi)?byte|US-ASCII|ANSI_X3/i;
/** Names of character sets and locales, as programs print the one that they go by. */
const CHARSETS =
  /^(?:utf-?8|(?:us-)?ascii|ansi_x3[\w.-]*|iso-?8859[\w-]*|latin-?1|cp\d+|c|posix|[a-z]{2}_[A-Z]{2}(?:\.[\w-]+)?|c\.utf-?8)$/i;
/** What glibc, musl and the runtimes on them take the character set from. */
const LOCALE_NAMES = [
  "LC_ALL",
  "LC_CTYPE",
  "LANG",
  "PYTHONUTF8",
  "PYTHONIOENCODING",
  "PYTHONCOERCECLOCALE",
];
/** And the order of letters. */
const ORDER_NAMES = ["LC_ALL", "LC_COLLATE", "LANG"];

export function localeRules(evidence: Evidence): readonly Finding[] {
  const { baseline, candidate, difference, said } = evidence;
  const garbled =
    /\P{ASCII}/u.test(said.baseline) && says(said.came, /\?{2,}|\\x[0-9a-f]{2}|\\u[0-9a-f]{4}/);
  const told = changedWords(said.gone, said.came).some((pair) =>
    pair.every((word) => CHARSETS.test(word)),
  );
  const sorted = isReordered(difference.baseline, difference.candidate);
  if (!sorted && !garbled && !told && !says(said.came, ENCODING)) return [];
  const changed = (sorted ? ORDER_NAMES : LOCALE_NAMES).filter(
    (name) => variable(evidence, baseline, name) !== variable(evidence, candidate, name),
  );
  const asked = ["LC_ALL", "LC_CTYPE", "LANG"]
    .map((name) => variable(evidence, candidate, name))
    .find((value) => value);
  const [name] = changed;
  if (name !== undefined) {
    const was = variable(evidence, baseline, name);
    const is = variable(evidence, candidate, name);
    return [
      {
        // The locales POSIX and C are always there: it is the variable that asks for them.
        id: is === null ? "lost-env" : "changed-env",
        evidence: `${name} is ${is ?? "not set"} in the candidate, ${was ?? "not set"} in the baseline`,
        mend: was === null ? `leave out ENV ${name}, or ENV LANG=C.UTF-8` : envLine(name, was),
        strength: sorted ? STRENGTH.symptom : STRENGTH.named + 1,
      },
    ];
  }
  const places = [
    "/usr/lib/locale/locale-archive",
    ...(asked ? [`/usr/lib/locale/${normal(asked)}`] : []),
  ];
  const lost = places.find(
    (path) => resolve(baseline.tree, path) && !resolve(candidate.tree, path),
  );
  if (lost === undefined) return [];
  return [
    {
      id: "missing-locale",
      evidence: `the baseline has ${lost}${asked ? ` for ${asked}` : ""}, the candidate lacks it`,
      mend: copyLine(baseline, candidate, lost),
      strength: STRENGTH.symptom,
    },
  ];
}

/** `de_DE.UTF-8` is kept in a folder `de_DE.utf8` (locale(7)). */
function normal(locale: string): string {
  return locale.replace(/\.(.*)$/, (_, set: string) => `.${set.toLowerCase().replaceAll("-", "")}`);
}

export function temporaryRules(evidence: Evidence): readonly Finding[] {
  const { baseline, candidate, run } = evidence;
  if (
    !says(
      evidence.said.came,
      /\/tmp\b|\/var\/tmp\b|\btemp(?:orary|file|dir)?\b|tmpfile|tmpnam|mks?temp|TMPDIR/i,
    )
  )
    return [];
  const findings: Finding[] = [];
  for (const path of ["/tmp", "/var/tmp"]) {
    if (run.tmpfs.includes(path)) continue;
    const theirs = resolve(baseline.tree, path)?.node;
    const ours = resolve(candidate.tree, path)?.node;
    const writable = (mode: number): boolean => (mode & 0o002) !== 0;
    if (!theirs?.children || !writable(theirs.inode.mode)) continue;
    if (ours?.children && writable(ours.inode.mode)) continue;
    findings.push({
      id: "no-tmp",
      evidence: ours
        ? `${path} has mode ${ours.inode.mode.toString(8)} in the candidate, ${theirs.inode.mode.toString(8)} in the baseline`
        : `the baseline has ${path}, the candidate does not`,
      mend: `RUN mkdir -m 1777 /empty in a build stage, then ${copyLine(baseline, candidate, "/empty", path)}; or a base image that has ${path}`,
      strength: STRENGTH.named,
    });
  }
  return findings;
}

/** Go, Python and others know most content types from the system's tables alone. */
const MIME_TABLES = ["/etc/mime.types", "/usr/share/mime/globs2", "/etc/apache2/mime.types"];

export function contentTypeRules(evidence: Evidence): readonly Finding[] {
  const { baseline, candidate, difference } = evidence;
  if (difference.fact !== "http.header.content-type") return [];
  const theirs = MIME_TABLES.find((path) => resolve(baseline.tree, path));
  if (theirs === undefined || MIME_TABLES.some((path) => resolve(candidate.tree, path))) return [];
  return [
    {
      id: "missing-file",
      evidence: `the baseline knows content types by ${theirs}, the candidate has no such table`,
      mend: copyLine(baseline, candidate, theirs),
      strength: STRENGTH.kind,
    },
  ];
}
