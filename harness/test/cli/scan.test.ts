/** `--sbom` and `--scan` of the command line, on an archive, which needs no engine. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { describe, expect, test } from "vitest";
import { docker25 } from "../measure/fixtures/images.ts";
import { file, tar } from "../measure/fixtures/tar.ts";
import { folderOf, GRYPE_ANSWER, prints, TRIVY_ANSWER } from "../scan/stand-in.ts";

const CLI = join(import.meta.dirname, "../../src/cli.js");

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Documents that were left in the folder for temporary files. */
  readonly left: readonly string[];
}

/** Runs the command beside `app.tar`, with these programs alone on PATH besides the system's shell. */
async function slimproof(
  args: readonly string[],
  scripts: Readonly<Record<string, string>> = {},
  interrupt: NodeJS.Signals | null = null,
): Promise<Ended> {
  const folder = folderOf(scripts);
  const temporary = join(folder, "tmp");
  mkdirSync(temporary);
  const status = "Package: libc6\nStatus: install ok installed\nVersion: 2.41-12\n";
  const layers = [tar(file("var/lib/dpkg/status", status))];
  writeFileSync(join(folder, "app.tar"), docker25([{ tag: "docker.io/library/app:1", layers }]));
  const child = spawn(process.execPath, [CLI, ...args], {
    cwd: folder,
    env: {
      PATH: [folder, "/usr/bin", "/bin"].join(delimiter),
      HOME: folder,
      TMPDIR: temporary,
      DOCKER_HOST: "unix:///nowhere/docker.sock",
      SOURCE_DATE_EPOCH: "1764000000",
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  const closed = once(child, "close") as Promise<[number | null]>;
  while (interrupt && documents(temporary).length === 0)
    await new Promise((resolve) => setTimeout(resolve, 20));
  if (interrupt) child.kill(interrupt);
  const [code] = await closed;
  return { code, stdout, stderr, left: documents(temporary) };
}

function documents(folder: string): string[] {
  return readdirSync(folder).filter((name) => name.startsWith("slimproof-scan-"));
}

describe("a bill of materials", { timeout: 60_000 }, () => {
  test("is all that is on standard output, and the same each time", async () => {
    const first = await slimproof(["inspect", "app.tar", "--sbom", "cyclonedx"]);
    expect(first).toMatchObject({ code: 0, stderr: "" });
    expect(JSON.parse(first.stdout)).toMatchObject({
      bomFormat: "CycloneDX",
      metadata: { timestamp: "2025-11-24T16:00:00Z", component: { name: "app.tar" } },
      components: [{ name: "libc6", version: "2.41-12" }],
    });
    expect(await slimproof(["inspect", "app.tar", "--sbom", "cyclonedx"])).toEqual(first);
  });

  test("is SPDX when that is asked for", async () => {
    const { stdout } = await slimproof(["inspect", "app.tar", "--sbom", "spdx"]);
    expect(JSON.parse(stdout)).toMatchObject({ spdxVersion: "SPDX-2.3" });
  });

  test.each([
    [["inspect", "app.tar", "--sbom", "swid"], /Allowed choices are cyclonedx, spdx/],
    [["inspect", "app.tar", "--sbom", "spdx", "--json"], /cannot be used with option '--json'/],
    [["inspect", "app.tar", "--sbom", "spdx", "--scan"], /cannot be used with option '--scan/],
    [
      ["inspect", "app.tar", "app.tar", "--sbom", "spdx"],
      /--sbom makes one document: name one image/,
    ],
    [["inspect", "--scan", "app.tar"], /It is one of grype, trivy; images come before --scan/],
  ])("%j is refused", async (args, message) => {
    const { code, stdout, stderr } = await slimproof(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(message);
  });
});

describe("a scan", { timeout: 60_000 }, () => {
  const grype = prints(GRYPE_ANSWER);
  const trivy = prints(TRIVY_ANSWER);

  test("is a section of what inspect tells", async () => {
    const { code, stdout, left } = await slimproof(["inspect", "app.tar", "--scan"], {
      grype,
      trivy,
    });
    expect({ code, left }).toEqual({ code: 0, left: [] });
    expect(stdout).toMatch(
      /\n {2}vulnerabilities +critical .*\n {4}app\.tar +2 +1 +1 +1 +3 +3\n {4}grype 0\.121\.2, database of 2026-11-24;/,
    );
  });

  test("is done by the scanner that was asked for", async () => {
    const { stdout } = await slimproof(["inspect", "app.tar", "--scan", "trivy"], { grype, trivy });
    expect(stdout).toMatch(/\n {4}app\.tar +2 +0 +1 +1 +1 +3\n {4}trivy, database/);
  });

  test("is told in JSON, also of both images of a diff", async () => {
    const args = ["diff", "app.tar", "app.tar", "--scan", "--json"];
    const { code, stdout } = await slimproof(args, { grype });
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      equal: true,
      scan: { error: null, images: [{ image: "app.tar", findings: 8 }, { findings: 8 }] },
    });
  });

  test("that cannot be had is told in a line, with exit code 2", async () => {
    const { code, stdout, stderr } = await slimproof(["diff", "app.tar", "app.tar", "--scan"]);
    expect({ code, stderr }).toEqual({ code: 2, stderr: "" });
    expect(stdout.replaceAll(/\s+/g, " ")).toContain(
      "no vulnerability scanner: install grype or trivy (https://github.com/anchore/grype, https://trivy.dev), or `docker pull anchore/grype`",
    );
    const asked = await slimproof(["inspect", "app.tar", "--scan", "trivy", "--json"], { grype });
    expect(asked.code).toBe(2);
    expect(JSON.parse(asked.stdout)).toMatchObject({
      scan: {
        error: expect.stringMatching(/install trivy .*docker pull aquasec\/trivy/),
        images: [],
      },
    });
  });

  test("that fails shows why, with exit code 2", async () => {
    const broken = { grype: "echo 'failed to load vulnerability db' >&2\nexit 1" };
    const { code, stdout, left } = await slimproof(["inspect", "app.tar", "--scan"], broken);
    expect({ code, left }).toEqual({ code: 2, left: [] });
    expect(stdout).toMatch(
      /app\.tar: grype failed with exit code 1\n +\| failed to load vulnerability db\n/,
    );
  });

  test("that is interrupted leaves nothing behind", async () => {
    const waiting = { grype: "exec sleep 60" };
    const ended = await slimproof(["inspect", "app.tar", "--scan"], waiting, "SIGINT");
    expect(ended).toMatchObject({ code: 130, stdout: "", left: [] });
  });
});
