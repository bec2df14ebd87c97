/** What every stand-in must have in common with the official image that it stands for, or verdicts would be false. */
import { expect, test } from "vitest";
import { recipeFor, standInNames } from "../src/bases/index.ts";
import { STAND_IN } from "../src/bases/load.ts";
import {
  DISTROLESS,
  SLIM,
  describeBases,
  distroless,
  ensure,
  files,
  inspect,
  matching,
} from "./bases/image.ts";

describeBases("base images of the private engine", standInNames(), () => {
  test.each(standInNames())("%s says what it is made from, under every name", async (name) => {
    const { Config } = await inspect(name);
    expect(Config.Labels[STAND_IN]).toMatch(/^\S+ made from Debian trixie[^\n]*$/);
    expect(Config.Labels[STAND_IN]?.startsWith(`${name} `)).toBe(true);
    for (const alias of recipeFor(name)?.names ?? []) {
      expect((await inspect(alias)).Config).toEqual(Config);
    }
  });

  test("a second call asks the engine once and is over at once", async () => {
    const lines: string[] = [];
    const started = performance.now();
    await ensure(standInNames(), (line) => lines.push(line));
    expect(performance.now() - started).toBeLessThan(300);
    expect(lines).toEqual([]);
  });

  test("debian's layer is the lowest of the others, and distroless images build on each other", async () => {
    const layers = async (name: string): Promise<readonly string[]> =>
      (await inspect(name)).RootFS.Layers;
    const [ground] = await layers("debian:trixie-slim");
    for (const name of SLIM) expect((await layers(name))[0], name).toBe(ground);
    let below: readonly string[] = [];
    for (const name of DISTROLESS) {
      const own_ = await layers(distroless(name));
      expect(own_.slice(0, below.length)).toEqual(below);
      expect(own_.length).toBe(below.length + 1);
      below = own_;
    }
  });

  test.each([...SLIM, ...DISTROLESS.map((name) => distroless(name))])(
    "%s holds no left-overs and no identity of the machine that made it",
    async (name) => {
      const left = await matching(
        name,
        /^(etc\/machine-id|var\/lib\/apt\/lists\/.+|var\/log\/.+|var\/cache\/apt\/.+|tmp\/.+|root\/\.cache|.*-old|.*\.pyc)$/,
      );
      // Debian's own interpreter in golang comes with its scripts compiled, as in the official image.
      expect(left.filter((path) => !/^usr\/(lib|share)\/.*\.pyc$/.test(path))).toEqual([]);
    },
  );

  test("the owners and modes that programs rely on", async () => {
    for (const name of [...SLIM, ...DISTROLESS.map((it) => distroless(it))]) {
      const paths = await files(name);
      expect(paths.get("tmp"), name).toMatchObject({ mode: "drwxrwxrwt", owner: "0/0" });
      expect(paths.get("root"), name).toMatchObject({ mode: "drwx------", owner: "0/0" });
      expect(paths.get("etc/passwd"), name).toMatchObject({ mode: "-rw-r--r--", owner: "0/0" });
    }
  });
});
