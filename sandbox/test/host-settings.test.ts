import { expect, test } from "vitest";
import { chooseResolv } from "../src/engine/host-settings.ts";

const resolved = "nameserver 192.0.2.53\n";

test("a resolv.conf with a reachable nameserver is taken as it is", () => {
  const text = "nameserver 127.0.0.1\nnameserver 192.0.2.1\nsearch home.test\n";
  expect(chooseResolv(text, resolved)).toEqual({ text, loopback: false });
});

test("behind systemd-resolved the real servers are taken", () => {
  expect(chooseResolv("nameserver 127.0.0.53\n", resolved)).toEqual({
    text: resolved,
    loopback: false,
  });
});

test("a loopback nameserver with nothing behind it is reported", () => {
  const text = "nameserver 127.0.0.1\n";
  expect(chooseResolv(text, "")).toEqual({ text, loopback: true });
  expect(chooseResolv(text, "nameserver 127.0.0.2\n")).toEqual({ text, loopback: true });
});
