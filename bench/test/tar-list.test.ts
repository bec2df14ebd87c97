import { expect, test } from "vitest";
import { parseLine } from "../tar-list.ts";

const WHEN = "2026-11-25 02:00:00";

test.each([
  [`-rwsr-Sr-T 0/42 1234 ${WHEN} "usr/bin/su"`, "/usr/bin/su", "file", 0o7744, 1234],
  [`drwxrwxrwt 0/0               0 ${WHEN} "tmp/"`, "/tmp", "directory", 0o1777, 0],
  [`drwxr-sr-x 0/0               0 ${WHEN} "./"`, "/", "directory", 0o2755, 0],
  [`crw-rw-rw- 0/0             1,3 ${WHEN} "dev/null"`, "/dev/null", "device", 0o666, 0],
  [`prw-r--r-- 0/0               0 ${WHEN} "fifo"`, "/fifo", "fifo", 0o644, 0],
])("%s", (line, path, kind, mode, size) => {
  expect(parseLine(line)).toMatchObject({ path, kind, mode, size, target: "" });
});

test("owners are numbers, however large", () => {
  expect(parseLine(`-rw-r--r-- 70000/3000000 1 ${WHEN} "x"`)).toMatchObject({
    uid: 70_000,
    gid: 3_000_000,
  });
});

test("an arrow in a name is not where a link leads", () => {
  expect(parseLine(`lrwxrwxrwx 0/0 0 ${WHEN} "a -> \\"b" -> "c link to d"`)).toMatchObject({
    kind: "symlink",
    path: '/a -> "b',
    target: "c link to d",
  });
});

test("a hard link names a path, a symbolic link a text", () => {
  expect(parseLine(`hrw-r--r-- 0/0 0 ${WHEN} "etc/b" link to "etc/a"`).target).toBe("/etc/a");
  expect(parseLine(`lrwxrwxrwx 0/0 0 ${WHEN} "lib" -> "usr/lib/"`).target).toBe("usr/lib/");
});

test("escapes are bytes: UTF-8 where they are, latin1 where they are none", () => {
  expect(parseLine(`-rw-r--r-- 0/0 1 ${WHEN} "\\303\\274\\n\\\\n"`).path).toBe("/ü\n\\n");
  expect(parseLine(`-rw-r--r-- 0/0 1 ${WHEN} "\\377\\303\\274"`).path).toBe("/ÿÃ¼");
});

test.each(["", "tar: Removing leading `/'", `?rw-r--r-- 0/0 1 ${WHEN} "x"`, `-rw-r--r-- 0/0 1 x`])(
  "what is no line of a list is not guessed at: %s",
  (line) => expect(() => parseLine(line)).toThrow("cannot be read"),
);
