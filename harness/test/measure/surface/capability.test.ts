import { expect, test } from "vitest";
import { Buffer } from "node:buffer";
import { capabilityText } from "../../../src/measure/surface/capability.ts";
import { entry, pax } from "../fixtures/tar.ts";
import { surface } from "./looking.ts";

/** vfs_cap_data: a magic number, then permitted and inheritable by words, then an owner. */
function attribute(...words: readonly number[]): Buffer {
  const bytes = Buffer.alloc(words.length * 4);
  words.forEach((word, at) => bytes.writeUInt32LE(word >>> 0, at * 4));
  return bytes;
}
const text = (...words: readonly number[]) => capabilityText(attribute(...words).toString("hex"));

test.each<[string | null, readonly number[]]>([
  // Bytes and words as of setcap and getcap of libcap 2.66, which writes of several groups the later as `cap_chown+ep`.
  ["cap_net_raw=ep", [0x02000001, 0x2000, 0, 0, 0]],
  ["cap_net_bind_service,cap_net_admin=ep", [0x02000001, 0x1400, 0, 0, 0]],
  ["cap_net_raw=p", [0x02000000, 0x2000, 0, 0, 0]],
  ["cap_chown=i", [0x02000000, 0, 1, 0, 0]],
  ["cap_chown=eip", [0x02000001, 1, 1, 0, 0]],
  ["cap_chown=ep cap_kill=ei", [0x02000001, 1, 0x20, 0, 0]],
  ["cap_bpf,cap_checkpoint_restore=ep", [0x02000001, 0, 0, 0x180, 0]],
  ["=ep", [0x02000001, 0xffffffff, 0, 0x1ff, 0]],
  ["cap_net_raw=ep [rootid=100000]", [0x03000001, 0x2000, 0, 0, 0, 100_000]],
  ["cap_net_raw=ep", [0x01000001, 0x2000, 0]],
  ["63=ep", [0x02000001, 0, 0, 0x80000000, 0]],
  [null, [0x02000001, 0, 0, 0, 0]],
  ["unreadable", [0x02000001, 0x2000, 0]],
  ["unreadable", [0x04000001, 0x2000, 0, 0, 0]],
  ["unreadable", []],
])("%s", (expected, words) => {
  expect(text(...words)).toBe(expected);
});

test("told of the file that has it, whatever its mode", async () => {
  const value = attribute(0x02000001, 0x2000, 0, 0, 0).toString("latin1");
  const { capabilities } = await surface(
    pax({ "SCHILY.xattr.security.capability": value }),
    entry({ name: "usr/bin/ping", mode: 0o755 }, "12345"),
    entry({ name: "usr/bin/other", mode: 0o755 }, "1"),
  );
  expect(capabilities).toEqual({
    count: 1,
    bytes: 5,
    paths: ["/usr/bin/ping (cap_net_raw=ep)"],
  });
});
