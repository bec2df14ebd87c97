import type { ByteCause } from "../../model/anatomy.ts";
import { IN_CACHES } from "../surface/caches.ts";
import { isSource } from "../surface/sources.ts";

/** What the bytes of a file are there for, told by its path: the first rule that fits. */
interface Rule {
  readonly cause: ByteCause;
  /** What it covers, as docs/inspect.md lists it. */
  readonly covers: string;
  readonly fits: (path: string) => boolean;
}

/** A file in a folder of version control. */
const VERSION_CONTROL = /\/\.(?:git|hg|svn)(?:\/|$)/;

/** A folder of programs, in its own right or in /usr or /usr/local. */
const BIN = "/(?:usr/(?:local/)?)?s?bin/";

/** FHS 3.0, 4.9: what was installed by hand, and beside it what came with the distribution. */
const SHARE = "/usr/(?:local/)?share/";

/**
 * In this order, so that what is kept for the next time (a module cache in a GOPATH, bytecode of pip) is told apart from
 * what it is kept by. Sources stand after documentation and before all else: see `causeOf`.
 *
 * Where the places come from: the Filesystem Hierarchy Standard 3.0 for /usr, /usr/local, /opt, /var/cache, /var/log and
 * /tmp; hier(7); the XDG base directory specification for ~/.cache; apt.conf(5), dpkg(1), apk(5) and rpm(8) for package
 * managers; `go help environment` (GOMODCACHE, GOCACHE), pip's, npm-folders(5)', Maven's, Gradle's, Cargo's and NuGet's
 * guides for their caches; PEP 3147 for bytecode; Debian's file lists of gcc-14, cpp-14, binutils, libc6-dev, make, git,
 * subversion and mercurial (sections devel, libdevel and vcs) for compilers and what builds need; the Dockerfiles of the
 * official images golang, rust, python, node, eclipse-temurin and dotnet for where those keep theirs.
 */
export const CAUSES: readonly Rule[] = [
  {
    cause: "caches",
    covers:
      "`/var/cache`, apt's lists, `.cache`, and what Go, npm, pnpm, yarn, Maven, Gradle, Cargo, NuGet, conda, gem and the like keep",
    fits: matches(IN_CACHES, "^/var/cache/(?!debconf/)", String.raw`/\.config/go/telemetry/`),
  },
  {
    cause: "bytecode",
    covers: "`__pycache__`, `*.pyc`",
    fits: matches(String.raw`/__pycache__/|\.py[co]$`),
  },
  {
    cause: "documentation",
    covers: "manuals, `/usr/share/doc`, translations and locale definitions",
    fits: matches(
      `^${SHARE}(?:doc|doc-base|man|info|locale|i18n|gtk-doc|lintian|help)/`,
      String.raw`^/usr/lib/locale/(?!C\.)`,
      String.raw`^/usr/local/(?:CHANGELOG\.md|LICENSE|README\.md)$`,
    ),
  },
  {
    cause: "sources",
    covers: "source code and build files of the application, `.git`",
    fits: (path) => VERSION_CONTROL.test(path) || isSource(path, "file"),
  },
  {
    cause: "package-managers",
    covers: "dpkg, apt, apk, rpm, dnf, pip, npm, yarn and their databases",
    fits: matches(
      "^/var/(?:lib/(?:dpkg|apt|rpm|dnf|yum)|cache/debconf)/",
      "^/usr/lib/(?:apt|dpkg|rpm|sysimage/rpm)/",
      String.raw`^/usr/lib/[^/]+/libapt-(?:pkg|private)\.so`,
      "^/usr/share/(?:apt|dpkg|debconf|keyrings|perl5/(?:Debconf|Dpkg|Debian))/",
      "^/etc/(?:apt|dpkg|apk|dnf|yum)/|^/(?:usr/)?lib/apk/",
      String.raw`^${BIN}(?:apt|dpkg|debconf|apk|rpm\w*|yum|dnf|microdnf|tdnf|zypper|pacman)(?:-[^/]+)?$`,
      "/(?:site|dist)-packages/pip(?:-[^/]+)?/|/lib/python[^/]+/ensurepip/",
      "/lib/node_modules/(?:npm|corepack|yarn|pnpm)/|^/opt/yarn-",
      String.raw`^${BIN}(?:pip|npm|npx|corepack|yarn|pnpm|uvx?|poetry)[\d.]*$`,
    ),
  },
  {
    cause: "compiler",
    covers:
      "compilers, linkers, headers, static libraries, the Go, Rust, Java and .NET SDKs, make, git and the like",
    fits: matches(
      "^/usr/(?:local/)?include/",
      String.raw`^/(?:usr/(?:local/)?)?lib\w*/.*\.(?:a|la|o)$`,
      "^/usr/.*/pkgconfig/|^/usr/(?:lib|share)/(?:[^/]+/)?(?:cmake|aclocal|autoconf|automake|bison)[^/]*/",
      String.raw`^/usr/lib(?:exec)?/(?:gcc|gcc-cross|llvm-\d+|bfd-plugins|compat-ld|gold-ld)/`,
      "^/usr/libexec/[^/]+/gcc/|^/usr/lib/[^/]+/(?:ldscripts|gprofng|bfd-plugins)/",
      String.raw`^/usr/lib\w*/[^/]+/lib(?:asan|tsan|lsan|ubsan|hwasan|itm|quadmath|cc1|isl|mpc|bfd|opcodes|ctf|sframe|gprofng|svn_)[^/]*$`,
      String.raw`^/usr/local/go/|^/usr/(?:lib|share)/go-?[\d.]*/`,
      String.raw`^/usr/local/(?:rustup|cargo)/|/\.(?:rustup|cargo)/`,
      String.raw`^/(?:opt/java|usr/lib/jvm|usr/java)/.*/?(?:jmods/|include/|lib/ct\.sym$|lib/src\.zip$|bin/j(?:avac|avadoc|shell|link|mod|package|db)$)`,
      "^/usr/(?:share|lib)/dotnet/(?:sdk|packs|templates)",
      "/lib/python[^/]+/config-[^/]+/|^/usr/(?:lib|share)/git-core/",
      "^/usr/lib/python3/dist-packages/(?:mercurial|hgext|hgdemandimport)/",
      // With a target in front (`x86_64-linux-gnu-as`) whatever it is, else with a version or a part behind it (`gcc-ar-14`).
      String.raw`^${BIN}\w+-linux-\w+-[^/]+$`,
      String.raw`^${BIN}(?:g?cc|g\+\+|c\+\+|c[89]9|cpp|clang(?:\+\+)?|lto|ld|gold|as|ar|nm|ranlib|strip|strings|size|readelf|objdump|objcopy|addr2line|c\+\+filt|elfedit|dwp|gcov|gprof|gprofng|gdb)(?:[-.][^/]*)?$`,
      String.raw`^${BIN}(?:g?make|cmake|ninja|pkg-?conf(?:ig)?|autoconf|automake|m4|bison|flex|patch|git|scalar|hg|svn\w*)(?:[-.][^/]*)?$`,
    ),
  },
  {
    cause: "runtime",
    covers: "the Python, Node, Java, .NET, Ruby and PHP that programs run on",
    fits: matches(
      String.raw`^/usr/(?:local/)?lib/(?:python[\d.]+t?|ruby|php)/(?!site-packages/|dist-packages/|gems/)`,
      String.raw`^${BIN}(?:python|pydoc|idle|node|nodejs|ruby|irb|php|java)[\d.]*(?:-config|-cgi|-fpm)?$`,
      String.raw`^/usr/(?:local/)?lib/(?:[^/]+/)?lib(?:python|ruby|php|node)[^/]*\.so`,
      "^/(?:opt/java|usr/lib/jvm|usr/java)/|^/usr/(?:share|lib)/dotnet/",
      String.raw`/\.local/share/uv/python/`,
    ),
  },
  {
    cause: "language-packages",
    covers: "`site-packages`, `node_modules`, gems, also in virtual environments",
    fits: matches(
      // Debian's own Python packages lie in /usr/lib/python3/dist-packages, and are the distribution's.
      "/site-packages/|^/usr/local/lib/python[^/]+/dist-packages/",
      "/node_modules/|/vendor/bundle/|^/usr/local/bundle/|/lib/ruby/gems/",
    ),
  },
  {
    cause: "temporary",
    covers: "`/tmp`, `/var/tmp`, `/var/log`",
    fits: matches("^/(?:tmp|var/(?:tmp|log|crash))/"),
  },
  {
    cause: "system",
    covers:
      "what else lies in `/usr` without `/usr/local`, in `/bin`, `/lib`, `/etc`, `/var` and so on",
    fits: matches(
      "^/usr/(?!local/|src/app/|app/)",
      "^/var/(?!www/|task/)",
      String.raw`^/(?:bin|sbin|lib\w*|etc|boot|dev|run|media|busybox)/`,
      String.raw`^/(?:root|home/[^/]+)/\.(?:bashrc|bash_logout|profile)$`,
      "^/usr/local/share/ca-certificates/",
    ),
  },
  { cause: "application", covers: "the rest", fits: () => true },
];

/** What the bytes of a file are there for, by its path. */
export function causeOf(path: string): ByteCause {
  for (let at = 0; at < CAUSES.length; at++) {
    const rule = CAUSES[at] as Rule;
    if (rule.fits(path)) return rule.cause;
  }
  return "application";
}

function matches(...patterns: readonly string[]): (path: string) => boolean {
  const pattern = new RegExp(patterns.join("|"), "s");
  return (path) => pattern.test(path);
}
