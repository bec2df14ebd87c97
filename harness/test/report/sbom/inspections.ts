/** Inspections of file systems that are written down as a list of files. */
import { Readable } from "node:stream";
import { anatomyOf, readTree } from "../../../src/measure/anatomy.ts";
import type { Inspection } from "../../../src/model/inspection.ts";
import { plainImage } from "../../images.ts";
import { file, pax, tar } from "../../measure/fixtures/tar.ts";

const ID = "0123456789abcdef".repeat(4);

/** What an image with these files, by path without the first slash, is told to be. */
export async function inspection(files: Readonly<Record<string, string>>): Promise<Inspection> {
  const entries = Object.entries(files).flatMap(([path, text]) => [pax({ path }), file("-", text)]);
  const anatomy = anatomyOf(await readTree(Readable.from([tar(...entries)])));
  return {
    name: "example/app:1.4",
    config: plainImage({
      id: `sha256:${ID}`,
      layers: [`sha256:${"a".repeat(64)}`, `sha256:${"b".repeat(64)}`],
    }).config,
    layers: null,
    size: null,
    wasted: null,
    largest: [],
    folders: { name: "", kind: "folder", bytes: 0, files: 0, inside: [] },
    anatomy,
  };
}

const DEBIAN = {
  "etc/os-release": 'ID=debian\nVERSION_ID="13"\n',
  "var/lib/dpkg/status": [
    "Package: libc6\nStatus: install ok installed\nSource: glibc\nArchitecture: amd64\nVersion: 2.41-12\n",
    "Package: bash\nStatus: install ok installed\nSource: bash (5.2.37-2)\nArchitecture: amd64\nVersion: 5.2.37-2+b10\n",
    "Package: tzdata\nStatus: install ok installed\nArchitecture: all\nVersion: 2025b-4\n",
  ].join("\n"),
};

/** Three packages of Debian, one of Python that is installed twice, one of npm. */
export const SMALL = {
  ...DEBIAN,
  "usr/lib/python3/dist-packages/Foo_Bar-1.0.dist-info/METADATA": "Name: Foo_Bar\nVersion: 1.0\n",
  "opt/venv/lib/foo_bar-1.0.dist-info/METADATA": "Name: foo-bar\nVersion: 1.0\n",
  "app/node_modules/@scope/thing/package.json": '{"name":"@scope/thing","version":"2.3.4"}',
};

/** Names and versions that want to be more than a name. */
export const HOSTILE = [
  'quote"; "x": "',
  "back\\slash\\",
  "line\nfeed\r\u2028\u2029",
  "\u001b]0;title\u0007\u009b31m",
  "bidi\u202etxet\u2066",
  "tag\u{e0041}",
  "half\ud800",
  "NUL\0",
  "__proto__",
  "../../etc/passwd",
  "SPDXRef-DOCUMENT",
  "pkg:deb/debian/libc6@1",
  "a b?c#d%41&e=f+g",
  "größer 漢字 🚀",
  "n".repeat(1000),
  "<b>&amp;</b>",
];

/** As npm would list them; the folder's name is harmless. */
export const HOSTILE_FILES = Object.fromEntries(
  HOSTILE.map((name, at) => [
    `app/node_modules/p${at}/package.json`,
    JSON.stringify({ name, version: name }),
  ]),
);
