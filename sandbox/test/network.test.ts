import { expect, test } from "vitest";
import {
  choosePool,
  defaultInterface,
  nameservers,
  rangeOf,
  routes,
} from "../src/engine/network.ts";

// /proc/net/route of a machine at 192.0.2.2/24 with a VPN to 10.64.0.0/10.
const TABLE = `Iface	Destination	Gateway 	Flags	RefCnt	Use	Metric	Mask		MTU	Window	IRTT
eth0	00000000	010200C0	0003	0	0	0	00000000	0	0	0
tun0	0000400A	00000000	0001	0	0	0	0000C0FF	0	0	0
eth0	000200C0	00000000	0001	0	0	0	00FFFFFF	0	0	0
`;

test("a range is its first and last address", () => {
  expect(rangeOf("10.1.2.3/16")).toEqual({ first: 0x0a010000, last: 0x0a01ffff });
  expect(rangeOf("192.0.2.1")).toEqual({ first: 0xc0000201, last: 0xc0000201 });
});

test("routes are read from the kernel's table, without the default route", () => {
  expect(routes(TABLE)).toEqual(["10.64.0.0/10", "192.0.2.0/24"]);
  expect(defaultInterface(TABLE)).toBe("eth0");
});

test("a machine without a default route has no way out", () => {
  expect(defaultInterface(TABLE.split("\n").slice(0, 1).join("\n"))).toBeNull();
});

test("nameservers of a resolv.conf, IPv4 only", () => {
  expect(
    nameservers("# x\nnameserver 10.0.0.53\nnameserver ::1\n nameserver 127.0.0.53 \n"),
  ).toEqual(["10.0.0.53", "127.0.0.53"]);
});

test("a pool that is free is taken where the id points, else the next that is free", () => {
  expect(choosePool("00000", [])).toBe("10.64.0.0/16");
  expect(choosePool("00000", ["192.0.2.0/24"])).toBe("10.64.0.0/16");
  expect(choosePool("00000", ["10.64.7.0/24", "10.65.255.255"])).toBe("10.66.0.0/16");
  expect(choosePool("0007f", ["10.191.0.0/16"])).toBe("10.64.0.0/16");
  expect(choosePool("00000", routes(TABLE))).toBe("10.128.0.0/16");
});

test("a machine that uses all of 10.0.0.0/8 is told so", () => {
  expect(() => choosePool("00000", ["10.0.0.0/8"])).toThrow(/no free 10\.N\.0\.0\/16/);
});
