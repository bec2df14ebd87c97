import { chmodSync, globSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import type { BuildEvent } from "../../src/engine/build-log.ts";
import { connect } from "../../src/engine/connect.ts";
import { openEngine, type Engine } from "../../src/engine/engine.ts";
import { freshName, KEEP_LABEL, OWNER, OWNER_LABEL } from "../../src/engine/owner.ts";
import { BuildError, InputError } from "../../src/model/error.ts";
import { BASE, build, folder, leftOf, options, output, source, spec, until } from "./workbench.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine(false);
});
afterAll(async () => {
  await engine[Symbol.asyncDispose]();
  const { docker } = await connect();
  expect(await leftOf(docker)).toEqual({ containers: 0, images: 0, networks: 0 });
});

/** The error of a build that must fail. */
async function failure(building: Promise<unknown>): Promise<BuildError> {
  const error = await building.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(BuildError);
  return error as BuildError;
}

describe("a build that succeeds", () => {
  test("gives the image's config, under a name of its own, with our label", async () => {
    const image = await build(
      engine,
      `FROM ${BASE} AS builder
       ENV BUILT=1
       FROM ${BASE} AS final
       ENV COLOUR=green OLD="two words"
       WORKDIR /app
       USER 1000:1000
       EXPOSE 8080 53/udp
       VOLUME /data
       STOPSIGNAL SIGUSR1
       HEALTHCHECK --interval=5s CMD true
       ENTRYPOINT ["/bin/echo"]
       CMD ["a b"]`,
    );
    expect(image).toMatchObject({
      ref: expect.stringMatching(/^slimproof\/slimproof-[0-9a-f]{12}:build$/),
      ownEnv: ["COLOUR", "OLD"],
      config: {
        id: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
        entrypoint: ["/bin/echo"],
        cmd: ["a b"],
        workdir: "/app",
        user: "1000:1000",
        ports: ["53/udp", "8080/tcp"],
        volumes: ["/data"],
        stopsignal: "SIGUSR1",
        healthcheck: JSON.stringify({ Test: ["CMD-SHELL", "true"], Interval: 5e9 }),
        env: { COLOUR: "green", OLD: "two words", PATH: expect.any(String) },
        labels: { [OWNER_LABEL]: OWNER },
        platform: expect.stringMatching(/^linux\/\w+/),
      },
    });
    expect(image.config.env).not.toHaveProperty("BUILT");
    expect(image.config.labels).not.toHaveProperty(KEEP_LABEL);
    expect(image.config.layers.length).toBeGreaterThan(0);
    expect(image.buildSeconds).toBeGreaterThan(0);
  });

  test("tells what stood in for its bases, also for those that are only copied from", async () => {
    const own = await build(engine, `FROM ${BASE}\n`);
    const copied = await build(engine, `FROM scratch\nCOPY --from=${BASE} /etc/passwd /p\n`);
    expect(copied.standIns).toEqual(own.standIns);
    expect(own.standIns.length).toBe(engine.sandbox === null ? 0 : 1);
  });

  test("tells its steps as they begin and end", async () => {
    const events: BuildEvent[] = [];
    const context = folder({ Dockerfile: `FROM ${BASE}\nRUN echo ${freshName()}\n` });
    await engine.image(source(context), options({ onEvent: (event) => events.push(event) }));
    const run = events.filter(({ step }) => step.startsWith("[2/2] RUN echo"));
    expect(run.map(({ state }) => state)).toEqual(["started", "done"]);
    expect(events.every(({ step }) => step.startsWith("["))).toBe(true);
  });

  test("uses the build cache, or leaves it alone when told so", async () => {
    const context = folder({ Dockerfile: `FROM ${BASE}\nRUN date +%s%N > /stamp\n` });
    const stamp = async (cache: boolean): Promise<string> => {
      const { ref } = await engine.image(source(context), options({ cache }));
      return await output(engine, spec("cat /stamp", { image: ref }));
    };
    const first = await stamp(false);
    expect(await stamp(true)).toBe(first);
    expect(await stamp(false)).not.toBe(first);
  });

  test("takes build arguments and a target", async () => {
    const dockerfile = `
      ARG IMAGE=nowhere.invalid/none
      FROM \${IMAGE} AS one
      ARG WORD=default
      RUN echo "$WORD" > /word
      FROM one AS two
      RUN echo two >> /word`;
    const args = { IMAGE: BASE, WORD: `it's "quoted" $HOME ${freshName()}` };
    const word = async (target: string | null): Promise<string> => {
      const { ref } = await build(engine, dockerfile, { args, target });
      return await output(engine, spec("cat /word", { image: ref }));
    };
    expect(await word("one")).toBe(`${args.WORD}\n`);
    expect(await word(null)).toBe(`${args.WORD}\ntwo\n`);
  });

  test("two at once do not get in each other's way", async () => {
    const name = freshName();
    const images = await Promise.all(
      [1, 2].map((nth) =>
        build(engine, `FROM ${BASE}\nRUN echo ${name}-${nth} > /name && sleep 1\n`),
      ),
    );
    const names = await Promise.all(
      images.map(({ ref }) => output(engine, spec("cat /name", { image: ref }))),
    );
    expect(names).toEqual([`${name}-1\n`, `${name}-2\n`]);
  });

  test("gives the same Dockerfile, built twice at once, two names", async () => {
    const dockerfile = `FROM ${BASE}\nRUN echo ${freshName()}\n`;
    const [one, two] = await Promise.all([build(engine, dockerfile), build(engine, dockerfile)]);
    expect(one.ref).not.toBe(two.ref);
    expect(one.config.layers).toEqual(two.config.layers);
  });
});

describe("what is sent to be built", () => {
  const list =
    "cd /x && find . -mindepth 1 -printf '%m %u:%g %p%l\\n' > /tmp/l && LC_ALL=C sort -k3 /tmp/l";
  const tree = {
    Dockerfile: `FROM ${BASE}\nCOPY . /x\n`,
    "a.txt": "a",
    "d/kept": "k",
    "d/left.log": "l",
    "run.sh": "#!/bin/sh\n",
  };

  async function listing(context: string, dockerfile = "Dockerfile"): Promise<string[]> {
    const { ref } = await engine.image(source(context, { dockerfile }), options());
    return (await output(engine, spec(list, { image: ref }))).trim().split("\n");
  }

  test("is the folder, with modes, links and empty folders, as docker build sends it", async () => {
    const context = folder(tree);
    chmodSync(join(context, "d"), 0o777);
    chmodSync(join(context, "a.txt"), 0o666);
    mkdirSync(join(context, "empty"));
    symlinkSync("a.txt", join(context, "link"));
    symlinkSync("/nowhere", join(context, "dangling"));
    expect(await listing(context)).toEqual([
      "644 root:root ./Dockerfile",
      "666 root:root ./a.txt",
      "777 root:root ./d",
      "644 root:root ./d/kept",
      "644 root:root ./d/left.log",
      "777 root:root ./dangling/nowhere",
      "755 root:root ./empty",
      "777 root:root ./linka.txt",
      "755 root:root ./run.sh",
    ]);
  });

  test("is without what .dockerignore names", async () => {
    const context = folder({ ...tree, ".dockerignore": "**/*.log\n!d/kept\na.*\n.dockerignore\n" });
    chmodSync(join(context, "d"), 0o777);
    expect(await listing(context)).toEqual([
      "644 root:root ./Dockerfile",
      "777 root:root ./d",
      "644 root:root ./d/kept",
      "755 root:root ./run.sh",
    ]);
  });

  test("is without what a Dockerfile's own .dockerignore names, which is the only one then", async () => {
    const context = folder({
      ...tree,
      Dockerfile: "",
      "docker/multi.Dockerfile": tree.Dockerfile,
      "docker/multi.Dockerfile.dockerignore": "d\ndocker\n.dockerignore\nDockerfile\n",
      ".dockerignore": "a.txt\n",
    });
    expect(await listing(context, "docker/multi.Dockerfile")).toEqual([
      "644 root:root ./a.txt",
      "755 root:root ./docker",
      "644 root:root ./docker/multi.Dockerfile", // `docker build` sends it apart from the rest
      "755 root:root ./run.sh",
    ]);
  });

  test("holds the Dockerfile also when .dockerignore names it", async () => {
    const context = folder({
      "x/kept": "1",
      "docker/single.Dockerfile": `FROM ${BASE}\nCOPY x /x\n`,
      ".dockerignore": "docker\n**/*Dockerfile*\n",
    });
    expect(await listing(context, "./docker/single.Dockerfile")).toEqual(["644 root:root ./kept"]);
  });
});

describe("a build that fails", () => {
  test("in a RUN tells Dockerfile, stage, step, exit code and the end of its output", async () => {
    const error = await failure(
      build(
        engine,
        `FROM ${BASE} AS builder
         RUN i=0; while [ $i -lt 100 ]; do i=$((i+1)); echo "line $i"; done; sleep 0.3; printf '\\033[31mno such thing\\033[0m\\n' >&2; exit 42
         FROM ${BASE}
         RUN sleep 60
         COPY --from=builder /etc/passwd /p`,
      ),
    );
    expect(error).toMatchObject({ stage: "builder", exitCode: 42 });
    expect(error.dockerfile).toMatch(/Dockerfile$/);
    expect(error.step).toMatch(/^RUN i=0;/);
    expect(error.message).toMatch(/Dockerfile: build failed in stage builder, RUN .*exit code 42$/);
    expect(error.log).toHaveLength(20);
    expect(error.log.slice(-2)).toEqual(["line 100", "no such thing"]);
  });

  test("late in a long Dockerfile does so too, and at a step that speaks of cancelling", async () => {
    const error = await failure(
      build(
        engine,
        `FROM ${BASE}\n${"RUN true\n".repeat(2)}RUN echo context canceled; false\n${"RUN true\n".repeat(9)}`,
      ),
    );
    expect(error).toMatchObject({
      stage: "stage-0",
      step: "RUN echo context canceled; false",
      exitCode: 1,
      log: ["context canceled"],
    });
  });

  test("in the only stage has that stage's name", async () => {
    expect(await failure(build(engine, `FROM ${BASE} AS only\nRUN exit 5\n`))).toMatchObject({
      stage: "only",
      step: "RUN exit 5",
      exitCode: 5,
    });
  });

  test("never gives the image that an earlier build of the same made", async () => {
    const context = folder({ Dockerfile: `FROM ${BASE}\nRUN echo ${freshName()} > /name\n` });
    const { config } = await engine.image(source(context), options());
    writeFileSync(join(context, "Dockerfile"), `FROM ${BASE}\nRUN exit 7\n`);
    expect(await failure(engine.image(source(context), options()))).toMatchObject({ exitCode: 7 });
    writeFileSync(join(context, "Dockerfile"), `FROM ${BASE}\nRUN echo ${freshName()} > /name\n`);
    expect((await engine.image(source(context), options())).config.id).not.toBe(config.id);
  });

  test.each([
    ["cannot be parsed", `FROM ${BASE}\nRNU x\n`, /parse error on line 2.*RNU/],
    ["is empty", "", /empty/],
    ["builds on nothing", "RUN true\n", /no build stage/],
  ])("because the Dockerfile %s, tells no step", async (_, dockerfile, message) => {
    const error = await failure(build(engine, dockerfile));
    expect(error).toMatchObject({ stage: null, step: null, exitCode: null });
    expect(error.message).toMatch(message);
    expect(error.log).toEqual([]);
  });

  test("because there is no Dockerfile, says which", async () => {
    const error = await failure(
      engine.image(source(folder({ a: "" }), { dockerfile: "Dockerfile.none" }), options()),
    );
    expect(error.message).toMatch(/Dockerfile\.none: .*no such file/);
  });

  test("because the target is not there, names it", async () => {
    const error = await failure(build(engine, `FROM ${BASE}\n`, { target: "final" }));
    expect(error.message).toMatch(/final.*could not be found/);
  });

  test("because a base cannot be had, says which and the ways out", async () => {
    for (const dockerfile of [
      "FROM nowhere.invalid/none:1\n",
      `FROM ${BASE}\nCOPY --from=nowhere.invalid/none:1 /a /b\n`,
    ]) {
      const error = await failure(build(engine, dockerfile));
      expect(error).toMatchObject({ step: "FROM nowhere.invalid/none:1", exitCode: null });
      expect(error.message).toMatch(/base image nowhere\.invalid\/none:1 cannot be pulled: .*make/);
      expect(error.message).not.toContain("\n");
    }
  });

  test("because a file is not there is not taken for a base of the same name", async () => {
    const { docker } = await connect();
    const name = freshName();
    await docker.getImage(BASE).tag({ repo: name, tag: "latest" });
    onTestFinished(async () => void (await docker.getImage(name).remove()));
    const error = await failure(build(engine, `FROM ${name}\nCOPY ${name}_modules /x\n`));
    expect(error).toMatchObject({ stage: "stage-0", step: `COPY ${name}_modules /x` });
    expect(error.message).toMatch(/_modules is not in the build context \(.*not found\)$/);
  });

  test("because no stage has the name that a COPY takes from, says so and nothing of registries", async () => {
    const error = await failure(
      build(engine, `FROM ${BASE} AS builder\nFROM ${BASE}\nCOPY --from=bilder /etc/passwd /p\n`),
    );
    expect(error.message).toMatch(
      /no stage is called bilder \(did you mean builder\?\); the stages/,
    );
    expect(`${error.message}${error.log.join("\n")}`).not.toMatch(/registry|stand-in/);
  });

  test.each([
    ["COPY /etc/nowhere/x /x", "/etc/nowhere/x is not in the build context"],
    ["COPY --from=builder /etc/nowhere/x /x", "/etc/nowhere/x is not in the stage builder"],
    ["COPY --from=0 /etc/passwd /nowhere /x/", "/nowhere is not in the stage builder"],
  ])("because of %s, says what it means and once", async (line, told) => {
    const error = await failure(
      build(engine, `FROM ${BASE} AS builder\nRUN true\nFROM ${BASE}\n${line}\n`),
    );
    expect(error.message).toContain(`build failed in stage 2 (of 2, no name), ${line}: ${told}`);
    expect(error.message).not.toMatch(/checksum|buildkit-mount/);
    expect(error.log).toEqual([]);
  });

  test("because the frontend of a syntax line cannot be had, says to remove that line", async () => {
    const dockerfile = `# syntax=nowhere.invalid/frontend:1\nFROM ${BASE}\n`;
    const error = await failure(build(engine, dockerfile));
    expect(error.message).toContain("nowhere.invalid/frontend:1");
    if (engine.sandbox !== null) expect(error.message).toMatch(/Dockerfile:1: .*remove that line/);
  });

  test("because its context cannot be read does not blame the engine", async () => {
    const context = folder({ Dockerfile: `FROM ${BASE}\n`, ".dockerignore/file": "" });
    const error = await failure(engine.image(source(context), options()));
    expect(error.message).toMatch(/Dockerfile: what is to be built cannot be read: .*directory/);
  });
});

describe("a build that is broken off", () => {
  /** Whether a process of this machine has these arguments; a step of the private engine is one. */
  function runs(...argv: readonly string[]): boolean {
    return globSync("/proc/[0-9]*/cmdline").some((file) => {
      try {
        return readFileSync(file, "utf8") === `${argv.join("\0")}\0`;
      } catch {
        return false; // it has ended
      }
    });
  }

  test("returns at once with the reason, and its step is ended", async () => {
    const seconds = `600.${Date.now()}`;
    const stop = new AbortController();
    const started = Promise.withResolvers<void>();
    const context = folder({ Dockerfile: `FROM ${BASE}\nRUN exec sleep ${seconds}\n` });
    const building = engine.image(
      source(context),
      options({
        signal: stop.signal,
        onEvent: ({ step, state }) =>
          step.includes(seconds) && state === "started" && started.resolve(),
      }),
    );
    await started.promise;
    if (engine.sandbox !== null) await until(() => runs("sleep", seconds));
    const reason = new Error("enough");
    const began = performance.now();
    stop.abort(reason);
    await expect(building).rejects.toBe(reason);
    expect(performance.now() - began).toBeLessThan(2000);
    await until(() => !runs("sleep", seconds));
  });

  test("before it began is not begun", async () => {
    const reason = new Error("enough");
    await expect(
      engine.image(
        source(folder({ Dockerfile: `FROM ${BASE}\n` })),
        options({ signal: AbortSignal.abort(reason) }),
      ),
    ).rejects.toBe(reason);
  });
});

describe("an image by reference", () => {
  const image = (name: string) => ({ kind: "image", image: name, platform: null }) as const;

  test("is found, and run by its id", async () => {
    const found = await engine.image(image(BASE), options());
    expect(found).toMatchObject({ ownEnv: [], buildSeconds: null });
    expect(found.ref).toBe(found.config.id);
    expect(found.ref).toMatch(/^sha256:/);
  });

  test("that is not there is told with what to do", async () => {
    const finding = engine.image(image("nowhere.invalid/none:1"), options());
    await expect(finding).rejects.toThrow(InputError);
    await expect(finding).rejects.toThrow(/nowhere.invalid\/none:1.*(build it first|docker login)/);
  });
});

test("images are saved as one archive", async () => {
  const { config } = await build(engine, `FROM scratch\nCOPY Dockerfile /\n`);
  let bytes = 0;
  for await (const chunk of await engine.save([config.id])) bytes += (chunk as Buffer).length;
  expect(bytes).toBeGreaterThan(1024);
});
