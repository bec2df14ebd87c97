import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { hostSources, parseDeb822, parseOneLine, sourcesFor } from "../src/engine/apt.ts";

const debian = { uris: ["http://mirror.test/debian"], components: ["main"] };

test("a deb822 file gives its enabled deb stanzas", () => {
  const text = `# comment before
Types: deb deb-src
# a comment amid the stanza
URIs: http://mirror.test/debian
Suites: bookworm
 bookworm-updates
Components: main contrib
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Types: deb
Enabled: no
URIs: http://off.test/debian
Suites: bookworm
Components: main

Types: deb-src
URIs: http://source.test/debian
Suites: bookworm
Components: main
`;
  expect(parseDeb822(text)).toEqual([
    {
      uris: ["http://mirror.test/debian"],
      suites: ["bookworm", "bookworm-updates"],
      components: ["main", "contrib"],
    },
  ]);
});

test("a one-line file gives its deb lines", () => {
  const text = `# deb http://off.test/debian bookworm main
deb [arch=amd64 signed-by=/k.gpg] http://mirror.test/debian bookworm main contrib # why
deb-src http://source.test/debian bookworm main
  deb cdrom:[Debian]/ bookworm main
deb http://flat.test/ ./
`;
  expect(parseOneLine(text)).toEqual([
    {
      uris: ["http://mirror.test/debian"],
      suites: ["bookworm"],
      components: ["main", "contrib"],
    },
    { uris: ["cdrom:[Debian]/"], suites: ["bookworm"], components: ["main"] },
    { uris: ["http://flat.test/"], suites: ["./"], components: [] },
  ]);
});

test("only the files that apt itself reads count, and a list of mirrors stands for its first", async () => {
  const folder = await mkdtemp(join(tmpdir(), "slimproof-apt-"));
  try {
    await mkdir(join(folder, "sources.list.d"));
    const mirrors = join(folder, "mirrors.list");
    await writeFile(
      mirrors,
      "# mirrors\nhttps://first.test/debian\tpriority:1\nhttps://second.test/debian\n",
    );
    await writeFile(join(folder, "sources.list"), `deb mirror+file:${mirrors} bookworm main\n`);
    await writeFile(
      join(folder, "sources.list.d", "dead.list.disabled"),
      "deb http://dead.test/debian bookworm main\n",
    );
    await writeFile(
      join(folder, "sources.list.d", "more.sources"),
      "Types: deb\nURIs: http://more.test/debian\nSuites: bookworm\nComponents: main\n",
    );
    const sources = await hostSources(folder);
    expect(sources.flatMap((source) => source.uris)).toEqual([
      "https://first.test/debian",
      "http://more.test/debian",
    ]);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("a host without any sources has none", async () => {
  expect(await hostSources("/nonexistent")).toEqual([]);
});

test("the host's suites map to the wanted one, updates and security with it, backports not", () => {
  const sources = [
    { ...debian, suites: ["bookworm", "bookworm-updates", "bookworm-backports"] },
    { ...debian, uris: ["http://mirror.test/debian-security/"], suites: ["bookworm-security"] },
  ];
  expect(sourcesFor("trixie", "bookworm", sources).map(withoutKeyring)).toEqual([
    "deb http://mirror.test/debian trixie main",
    "deb http://mirror.test/debian trixie-updates main",
    "deb http://mirror.test/debian-security/ trixie-security main",
  ]);
});

test("a host that names its suite stable, by a snapshot, or twice is understood", () => {
  const sources = [
    { ...debian, suites: ["stable"] },
    { ...debian, suites: ["bookworm"] },
    {
      ...debian,
      uris: ["http://snapshot.test/archive/debian/20250520T000000Z"],
      suites: ["stable"],
    },
  ];
  expect(sourcesFor("forky", "bookworm", sources).map(withoutKeyring)).toEqual([
    "deb http://mirror.test/debian forky main",
    "deb http://snapshot.test/archive/debian/20250520T000000Z forky main",
  ]);
});

test("third parties, parts other than main, other releases and Ubuntu's archive are no mirrors of Debian", () => {
  const sources = [
    { ...debian, uris: ["https://third.test/linux"], suites: ["bookworm"] },
    { ...debian, suites: ["bookworm"], components: ["contrib"] },
    { ...debian, suites: ["bullseye"] },
    { ...debian, uris: ["http://archive.test/ubuntu"], suites: ["noble"] },
  ];
  expect(sourcesFor("trixie", "bookworm", sources)).toEqual([]);
  expect(sourcesFor("trixie", "noble", sources)).toEqual([]);
});

function withoutKeyring(line: string): string {
  return line.replace(/ \[signed-by=\S+\]/, "");
}
