import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { describe, expect, test } from "vitest";
import { onPath, program, type Bounds } from "../../src/scan/program.ts";
import { isComplete, scan, type Scan } from "../../src/scan/scan.ts";
import type { ScannerName } from "../../src/scan/scanner-names.ts";
import { SCANNERS } from "../../src/scan/scanners.ts";
import {
  folderOf,
  GRYPE_ANSWER,
  leftBehind,
  prints,
  TRIVY_ANSWER,
  TRIVY_VERSION,
} from "./stand-in.ts";

const DOCUMENT = '{"bomFormat":"CycloneDX"}\n';

/** Has a stand-in look at the document. */
async function scanBy(
  name: ScannerName,
  script: string,
  bounds?: Bounds,
  signal = new AbortController().signal,
): Promise<Scan> {
  const file = join(folderOf({ [name]: script }), name);
  return await scan(DOCUMENT, SCANNERS[name], program(file, bounds), signal);
}

test("grype's matches are counted by severity", async () => {
  const script = `[ "$1 $2 $3" = "$1 --output json" ] || exit 9\n${prints(GRYPE_ANSWER)}`;
  expect(await scanBy("grype", script)).toEqual({
    kind: "counted",
    scanner: "grype",
    version: "0.121.2",
    database: "2026-11-24T02:19:59Z",
    counts: { critical: 2, high: 1, medium: 1, low: 1, negligible: 1, unknown: 2 },
    findings: 8,
    vulnerabilities: 7,
    fixable: 3,
  });
});

test("grype before 0.88 told of its database in another place, and one from go install has no version", async () => {
  const descriptor = {
    name: "grype",
    version: "[not provided]",
    db: { built: "2025-01-02T03:04:05.6Z" },
  };
  const older = { matches: [], descriptor };
  expect(await scanBy("grype", prints(older))).toMatchObject({
    version: "",
    database: "2025-01-02T03:04:05Z",
    findings: 0,
  });
});

test("trivy's results are counted together, and it is asked for its version and database", async () => {
  const script = `case "$*" in
"version --format json") ${prints(TRIVY_VERSION)}
;;
"sbom --format json --scanners vuln --no-progress "*) ${prints(TRIVY_ANSWER)}
;;
*) exit 9;;
esac`;
  expect(await scanBy("trivy", script)).toEqual({
    kind: "counted",
    scanner: "trivy",
    version: "0.59.1",
    database: "2026-11-24T02:21:00Z",
    counts: { critical: 2, high: 0, medium: 1, low: 1, negligible: 0, unknown: 1 },
    findings: 5,
    vulnerabilities: 4,
    fixable: 3,
  });
});

test("trivy without results and without an answer about itself still counts", async () => {
  const newer = { SchemaVersion: 2, Trivy: { Version: "0.70.0" }, Results: null };
  const script = `[ "$1" = sbom ] || exit 1\n${prints(newer)}`;
  expect(await scanBy("trivy", script)).toMatchObject({
    version: "0.70.0",
    database: null,
    findings: 0,
  });
});

test("the scanner reads the document from a file that only the user may read and that is gone afterwards", async () => {
  const note = join(folderOf({}), "seen");
  const script = `file="\${1#sbom:}"\ncp "$file" ${note}\nstat -c %a "$file" > ${note}.mode\necho "$file" > ${note}.path\n${prints(GRYPE_ANSWER)}`;
  await scanBy("grype", script);
  expect(readFileSync(note, "utf8")).toBe(DOCUMENT);
  expect(readFileSync(`${note}.mode`, "utf8")).toBe("600\n");
  expect(existsSync(readFileSync(`${note}.path`, "utf8").trim())).toBe(false);
});

test("findings count although the scanner leaves with another code for them", async () => {
  expect(await scanBy("grype", `${prints(GRYPE_ANSWER)}\nexit 2`)).toMatchObject({ findings: 8 });
});

describe("a scanner that fails", () => {
  test("is told of with the last lines it wrote, without colours", async () => {
    const script = `for n in 1 2 3 4 5 6; do echo "line $n" >&2; done
printf '[0000] \\033[31mfailed to load vulnerability db: database does not exist\\033[0m\\r\\n' >&2
exit 1`;
    expect(await scanBy("grype", script)).toEqual({
      kind: "failed",
      scanner: "grype",
      message: "grype failed with exit code 1",
      log: [
        "line 3",
        "line 4",
        "line 5",
        "line 6",
        "[0000] failed to load vulnerability db: database does not exist",
      ],
    });
  });

  test.each([
    ["nothing", ":", "grype answered with something else than JSON"],
    ["half a document", `printf '{"matches": ['`, "grype answered with something else than JSON"],
    [
      "another form",
      prints({ vulnerabilities: [] }),
      "grype answered in a form that is not known here: try another version",
    ],
    [
      "another scanner's form",
      prints(TRIVY_ANSWER),
      "grype answered in a form that is not known here: try another version",
    ],
  ])("by saying %s", async (_, script, message) => {
    expect(await scanBy("grype", script)).toMatchObject({ kind: "failed", message });
  });

  test("by a form that trivy does not have", async () => {
    expect(await scanBy("trivy", prints(GRYPE_ANSWER))).toMatchObject({ kind: "failed" });
  });

  test("by taking too long is stopped", async () => {
    const began = performance.now();
    const late = await scanBy("grype", "echo waiting >&2\nexec sleep 60", {
      within: 300,
      most: 1000,
    });
    expect(late).toMatchObject({
      kind: "failed",
      message: "grype took longer than 0.005 minutes",
      log: ["waiting"],
    });
    expect(performance.now() - began).toBeLessThan(10_000);
  });

  test("by saying too much is stopped", async () => {
    const endless = await scanBy("grype", "exec yes", { within: 30_000, most: 1_000_000 });
    expect(endless).toMatchObject({ message: "grype answered with more than 1 MB" });
  });

  test("by not being a program at all is told of", async () => {
    const file = join(folderOf({}), "grype");
    const gone = await scan(DOCUMENT, SCANNERS.grype, program(file), new AbortController().signal);
    expect(gone).toMatchObject({
      kind: "failed",
      message: expect.stringContaining("could not be run"),
    });
  });

  test("by writing without end to standard error takes no memory", async () => {
    const before = process.memoryUsage().rss;
    const script = "head -c 100000000 /dev/zero | tr '\\0' x >&2\nexit 1";
    expect(await scanBy("grype", script)).toMatchObject({ kind: "failed" });
    expect(process.memoryUsage().rss - before).toBeLessThan(80_000_000);
  });
});

describe("an interrupt", () => {
  test("ends the scanner and removes the document", async () => {
    const interrupt = new AbortController();
    const reason = new Error("interrupted");
    const before = leftBehind();
    const scanning = scanBy("grype", "exec sleep 60", undefined, interrupt.signal);
    setTimeout(() => interrupt.abort(reason), 200);
    await expect(scanning).rejects.toBe(reason);
    expect(leftBehind()).toEqual(before);
  });

  test("before the start starts nothing", async () => {
    const note = join(folderOf({}), "started");
    await expect(
      scanBy("grype", `touch ${note}`, undefined, AbortSignal.abort(new Error("too late"))),
    ).rejects.toThrow("too late");
    expect(existsSync(note)).toBe(false);
  });

  test("that makes the process leave at once removes the document, too", async () => {
    const folder = folderOf({ grype: "exec sleep 60" });
    const source = join(import.meta.dirname, "../../src/scan");
    const child = spawn(
      process.execPath,
      [
        "--input-type=module",
        "--eval",
        `import { program } from ${JSON.stringify(join(source, "program.ts"))};
         process.on("SIGTERM", () => process.exit(143));
         program(${JSON.stringify(join(folder, "grype"))}).run((path) => {
           process.stdout.write(path);
           return [path];
         }, "text", new AbortController().signal);`,
      ],
      { stdio: ["ignore", "pipe", "inherit"] },
    );
    const [path] = (await once(child.stdout, "data")) as [Buffer];
    expect(existsSync(path.toString())).toBe(true);
    child.kill("SIGTERM");
    const [code] = (await once(child, "exit")) as [number];
    expect(code).toBe(143);
    expect(existsSync(path.toString())).toBe(false);
  });
});

describe("a program on PATH", () => {
  test("is the first that can be run", async () => {
    const [none, text, first, second] = [
      folderOf({}),
      folderOf({ grype: "" }),
      folderOf({ grype: "" }),
      folderOf({ grype: "" }),
    ];
    execFileSync("chmod", ["-x", join(text, "grype")]);
    const path = [none, text, first, second].join(delimiter);
    expect(await onPath("grype", path)).toBe(join(first, "grype"));
    expect(await onPath("trivy", path)).toBeNull();
  });

  test("is not looked for in the current folder or in one that is named from there", async () => {
    const folder = folderOf({ grype: "" });
    const before = process.cwd();
    try {
      process.chdir(folder);
      expect(await onPath("grype", `:.${delimiter}./`)).toBeNull();
      expect(await onPath("grype", "")).toBeNull();
    } finally {
      process.chdir(before);
    }
  });
});

test("scans are complete when each image was counted", async () => {
  const counted = { image: "a", scan: await scanBy("grype", prints(GRYPE_ANSWER)) };
  const failed = { image: "b", scan: await scanBy("grype", "exit 1") };
  expect(isComplete({ kind: "scanned", images: [counted] })).toBe(true);
  expect(isComplete({ kind: "scanned", images: [counted, failed] })).toBe(false);
  expect(isComplete({ kind: "absent", message: "" })).toBe(false);
});
