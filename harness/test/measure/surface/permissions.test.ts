import { expect, test } from "vitest";
import { entry } from "../fixtures/tar.ts";
import { folder, hardLink, surface, symlink } from "./looking.ts";

const file = (name: string, mode: number) => entry({ name, mode }, "123");

test("programs that run with another's rights, those that someone may execute", async () => {
  const { setuid } = await surface(
    file("usr/bin/su", 0o4755),
    hardLink("usr/bin/sudo", "usr/bin/su"),
    file("usr/bin/chage", 0o2755),
    file("usr/bin/both", 0o6711),
    file("usr/bin/sticky", 0o1755),
    file("usr/bin/plain", 0o755),
    file("var/lock/mandatory", 0o2644),
    file("var/lock/never", 0o4644),
    folder("var/mail/", 0o2775),
    symlink("usr/bin/link", "su"),
  );
  expect(setuid).toEqual({
    count: 4,
    bytes: 9,
    paths: ["/usr/bin/both", "/usr/bin/chage", "/usr/bin/su", "/usr/bin/sudo"],
  });
});

test("what anyone may write to: files, and folders without the sticky bit", async () => {
  const { worldWritable } = await surface(
    file("app/config", 0o666),
    file("app/ok", 0o664),
    folder("tmp/", 0o1777),
    folder("data/", 0o777),
    folder("data/in/", 0o777),
    file("data/in/x", 0o600),
    file("data/in/y", 0o622),
    symlink("link", "data"),
    entry({ name: "dev/null", flag: "3", mode: 0o666 }),
    entry({ name: "run/pipe", flag: "6", mode: 0o666 }),
  );
  expect(worldWritable).toEqual({
    count: 4,
    bytes: 9,
    paths: ["/app/config", "/data", "/data/in", "/data/in/y"],
  });
});
