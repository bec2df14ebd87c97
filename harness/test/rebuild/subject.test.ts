import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { InputError } from "../../src/model/error.ts";
import { loadSubject } from "../../src/rebuild/subject.ts";

function folder(files: Readonly<Record<string, string>>): string {
  const made = mkdtempSync(join(tmpdir(), "slimproof-test-"));
  onTestFinished(() => rmSync(made, { recursive: true }));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(made, name), text);
  return made;
}

const PROBES = "probes: [{ name: stops, stop: {} }]\n";

test("a contract names the images; those that exist already are left out with a note", async () => {
  const made = folder({
    "Dockerfile.single": "FROM scratch\n",
    "Dockerfile.multi": "FROM scratch\n",
    "parity.yaml": `version: 1\nname: app\nbaseline: Dockerfile.single\ncandidates: { small: Dockerfile.multi, shipped: { image: "a:1" } }\n${PROBES}`,
  });
  const subject = await loadSubject(made);
  expect(subject).toMatchObject({ name: "app", folder: made });
  expect(subject.images.map(({ name, source }) => [name, source.dockerfile])).toEqual([
    ["single", "Dockerfile.single"],
    ["small", "Dockerfile.multi"],
  ]);
  expect(subject.notes).toEqual(["shipped is an image that exists: it is not built again"]);
});

test("without a contract, the folder is the pair that it is for a check", async () => {
  const files = ["single", "multi", "minimal", "debug"].map((it) => [
    `Dockerfile.${it}`,
    "FROM scratch\n",
  ]);
  const made = folder({ ...Object.fromEntries(files), "Dockerfile.multi.dockerignore": "*\n" });
  const subject = await loadSubject(made);
  expect(subject.name).toBe(basename(made));
  expect(subject.images.map(({ name }) => name)).toEqual(["single", "multi", "minimal"]);
  expect(subject.images[0]?.source).toEqual({
    kind: "build",
    dockerfile: "Dockerfile.single",
    context: made,
    target: null,
    args: {},
    platform: null,
  });
});

test("a baseline that exists already, and a folder with nothing to build, are refused", async () => {
  const made = folder({
    Dockerfile: "FROM scratch\n",
    "parity.yaml": `version: 1\nbaseline: { image: "a:1" }\ncandidates: { multi: Dockerfile }\n${PROBES}`,
  });
  await expect(loadSubject(made)).rejects.toThrow(InputError);
  await expect(loadSubject(made)).rejects.toThrow(/baseline a:1 is an image that exists/);
  await expect(loadSubject(folder({}))).rejects.toThrow(/there is no parity\.yaml/);
  await expect(loadSubject(join(made, "nowhere"))).rejects.toThrow(/nowhere/);
});
