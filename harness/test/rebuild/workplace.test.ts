import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, onTestFinished, test, vi } from "vitest";
import { ownerOf } from "../../src/engine/owner.ts";
import { InputError } from "../../src/model/error.ts";
import { openWorkplace } from "../../src/rebuild/workplace.ts";

let place: string;
let app: string;

beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), "slimproof-test-"));
  app = join(place, "app");
  mkdirSync(join(app, "src/empty"), { recursive: true });
  mkdirSync(join(place, "tmp"));
  writeFileSync(join(app, "app.py"), "print(1)\n");
  writeFileSync(join(app, "src/a.py"), "a = 1\n");
  utimesSync(join(app, "app.py"), 1_000_000_000, 1_000_000_000);
  vi.stubEnv("TMPDIR", join(place, "tmp"));
  onTestFinished(() => {
    vi.unstubAllEnvs();
    rmSync(place, { recursive: true });
  });
});

const all = (): { files: string[]; folders: string[] } => ({ files: [], folders: [app] });

test("a copy has the modes, times, links and empty folders of the original, and no sockets", async () => {
  chmodSync(join(app, "src/a.py"), 0o751);
  symlinkSync("../nowhere", join(app, "link"));
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(join(app, "socket"), resolve));
  onTestFinished(() => void server.close());
  await using copy = await openWorkplace(app, all());
  expect(readdirSync(copy.folder).sort()).toEqual(["app.py", "link", "src"]);
  expect(readdirSync(join(copy.folder, "src/empty"))).toEqual([]);
  expect(statSync(join(copy.folder, "src/a.py")).mode & 0o777).toBe(0o751);
  expect(statSync(join(copy.folder, "app.py")).mtimeMs).toBe(1_000_000_000_000);
  expect(readlinkSync(join(copy.folder, "link"))).toBe("../nowhere");
});

test("only what is kept is copied", async () => {
  await using copy = await openWorkplace(app, { files: [join(app, "src/a.py")], folders: [] });
  expect(readdirSync(copy.folder)).toEqual(["src"]);
  expect(readdirSync(join(copy.folder, "src"))).toEqual(["a.py"]);
});

test("an edit is made in the copy alone, replaces the one before, and is undone with the file's time", async () => {
  const before = lstatSync(join(app, "app.py"));
  await using copy = await openWorkplace(app, all());
  const file = join(copy.folder, "app.py");
  {
    await using open = await copy.open("app.py");
    await open.edit("1-1");
    await open.edit("1-2");
    expect(readFileSync(file, "utf8")).toBe("print(1)\n# slimproof rebuild 1-2\n");
    expect(statSync(file).mtimeMs).toBeGreaterThan(1_000_000_000_000);
  }
  expect(readFileSync(file, "utf8")).toBe("print(1)\n");
  expect(statSync(file).mtimeMs).toBe(1_000_000_000_000);
  expect(readFileSync(join(app, "app.py"), "utf8")).toBe("print(1)\n");
  expect(lstatSync(join(app, "app.py")).ctimeMs).toBe(before.ctimeMs);
});

test("what a link leads to is never edited", async () => {
  symlinkSync(join(app, "app.py"), join(app, "main.py"));
  symlinkSync(join(app, "src"), join(app, "code"));
  await using copy = await openWorkplace(app, all());
  await expect(copy.open("main.py")).rejects.toThrow(InputError);
  await expect(copy.open("code/a.py")).rejects.toThrow(/code\/a\.py: not a regular file/);
  await expect(copy.open("../app/app.py")).rejects.toThrow(InputError);
});

test("a copy is gone when it is done with, and one of a process that was killed with the next", async () => {
  const name = (owner: string): string =>
    join(place, "tmp", `slimproof-rebuild-${Buffer.from(owner).toString("base64url")}-abc123`);
  const gone = ownerOf(process.pid).replace(/\/[^/]+$/, "/1"); // our pid, begun at another time
  const living = ownerOf(process.ppid);
  for (const it of [gone, living]) mkdirSync(join(name(it), "copy"), { recursive: true });
  mkdirSync(join(place, "tmp/slimproof-rebuild-of-somebody"));
  {
    await using copy = await openWorkplace(app, all());
    expect(existsSync(copy.folder)).toBe(true);
  }
  expect(readdirSync(join(place, "tmp")).sort()).toEqual(
    [name(living).slice(join(place, "tmp").length + 1), "slimproof-rebuild-of-somebody"].sort(),
  );
});

test("what cannot be copied is told, and nothing stays behind", async () => {
  vi.stubEnv("TMPDIR", join(app, "src"));
  await expect(openWorkplace(app, all())).rejects.toThrow(/cannot be copied/);
  expect(readdirSync(join(app, "src")).sort()).toEqual(["a.py", "empty"]);
});
