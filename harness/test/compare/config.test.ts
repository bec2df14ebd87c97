import { describe, expect, test } from "vitest";
import { configFacts, inheritedEnv } from "../../src/compare/config.ts";
import type { Image, ImageConfig } from "../../src/model/image.ts";
import { plainImage } from "../images.ts";

function image(config: Partial<ImageConfig>, ownEnv: readonly string[] = []): Image {
  return plainImage(config, { ownEnv });
}

function values(baseline: Image, candidate = image({})) {
  const facts = configFacts(baseline, candidate);
  const asObject = (list: typeof facts.baseline): Record<string, string> =>
    Object.fromEntries(list.map(({ probe, fact, value }) => [`${probe}/${fact}`, value]));
  return { baseline: asObject(facts.baseline), candidate: asObject(facts.candidate) };
}

test("an image that sets nothing has all facts, empty", () => {
  expect(values(image({})).baseline).toEqual({
    "image/config.entrypoint": "",
    "image/config.cmd": "",
    "image/config.workdir": "/",
    "image/config.user": "",
    "image/config.ports": "",
    "image/config.volumes": "",
    "image/config.stopsignal": "",
    "image/config.healthcheck": "",
    "image/config.platform": "linux/amd64",
  });
});

test("what an image sets is told, words of a command apart", () => {
  const set = image({
    entrypoint: ["/bin/sh", "-c", "a b"],
    cmd: ["a", "b"],
    workdir: "/app",
    user: "1000:1000",
    ports: ["5000/tcp", "53/udp"],
    volumes: ["/data"],
    stopsignal: "SIGINT",
    healthcheck: '{"Test":["CMD","x"]}',
    platform: "linux/arm64/v8",
  });
  expect(values(set).baseline).toEqual({
    "image/config.entrypoint": '["/bin/sh","-c","a b"]',
    "image/config.cmd": '["a","b"]',
    "image/config.workdir": "/app",
    "image/config.user": "1000:1000",
    "image/config.ports": "5000/tcp 53/udp",
    "image/config.volumes": "/data",
    "image/config.stopsignal": "SIGINT",
    "image/config.healthcheck": '{"Test":["CMD","x"]}',
    "image/config.platform": "linux/arm64/v8",
  });
});

test("one word with a blank is not two words", () => {
  const { baseline, candidate } = values(image({ cmd: ["a b"] }), image({ cmd: ["a", "b"] }));
  expect(baseline["image/config.cmd"]).not.toBe(candidate["image/config.cmd"]);
});

describe("ENV", () => {
  const env = (it: Readonly<Record<string, string>>): Record<string, string> =>
    Object.fromEntries(Object.entries(it).filter(([path]) => path.includes("config.env.")));

  test("is a fact when a side's own Dockerfile sets it, on both sides", () => {
    const { baseline, candidate } = values(
      image({ env: { PATH: "/a", LANG: "C", ONLY: "1" } }, ["LANG", "ONLY"]),
      image({ env: { PATH: "/b", LANG: "C", OTHER: "" } }, ["OTHER"]),
    );
    expect(env(baseline)).toEqual({
      "image/config.env.LANG": "C",
      "image/config.env.ONLY": "1",
    });
    expect(env(candidate)).toEqual({
      "image/config.env.LANG": "C",
      "image/config.env.OTHER": "",
    });
  });

  test("named as what every object has is one like any other", () => {
    const { baseline, candidate } = values(
      image({ env: { constructor: "1" } }, ["constructor", "toString"]),
      image({}),
    );
    expect(env(baseline)).toEqual({ "image/config.env.constructor": "1" });
    expect(env(candidate)).toEqual({});
  });

  test("that is only inherited is a note when it differs", () => {
    const baseline = image({ env: { PATH: "/a", GOPATH: "/go", SAME: "1", OWN: "1" } }, ["OWN"]);
    const candidate = image({ env: { PATH: "/b", SAME: "1", SSL: "x" } });
    expect(inheritedEnv(baseline, candidate)).toEqual([
      "ENV inherited from the base images differs: GOPATH, PATH, SSL",
    ]);
    expect(inheritedEnv(baseline, baseline)).toEqual([]);
  });

  test("inherited under the name of what every object has is noted, too", () => {
    expect(inheritedEnv(image({ env: { constructor: "1" } }), image({}))).toEqual([
      "ENV inherited from the base images differs: constructor",
    ]);
  });
});

test("root has several names, and having no USER is one of them", () => {
  const user = (name: string): string | undefined =>
    values(image({ user: name })).baseline["image/config.user"];
  expect(["", "0", "root", "0:0", "root:root", "root:0"].map(user)).toEqual(Array(6).fill(""));
  expect(["1000", "0:1000", "rooter", "10"].map(user)).toEqual(["1000", "0:1000", "rooter", "10"]);
});
