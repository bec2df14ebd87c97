import { mkdirSync, writeFileSync } from "node:fs";
import { connect as openSocket } from "node:net";
import { join } from "node:path";
import type Docker from "dockerode";
import { extract } from "tar-stream";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openPty } from "../../src/drive/pty.ts";
import { connect } from "../../src/engine/connect.ts";
import { openEngine, type Engine } from "../../src/engine/engine.ts";
import { OWNER, OWNER_LABEL } from "../../src/engine/owner.ts";
import { OUTPUT_LIMIT, type Container } from "../../src/model/container.ts";
import { EngineError } from "../../src/model/error.ts";
import { BASE, build, folder, leftOf, output, spec, until } from "./workbench.ts";

let engine: Engine;
let docker: Docker;
beforeAll(async () => {
  engine = await openEngine(false);
  ({ docker } = await connect());
});
afterAll(async () => {
  await engine[Symbol.asyncDispose]();
  expect(await leftOf(docker)).toEqual({ containers: 0, images: 0, networks: 0 });
});

/** Waits until a container has printed a text. */
async function printed(container: Container, text: string): Promise<void> {
  while (!container.stdout.bytes().includes(text)) {
    if (container.stdout.ended()) throw new Error(`ended without "${text}"`);
    await container.stdout.change();
  }
}

describe("a container", () => {
  test("gives both streams apart, and how it ended", async () => {
    await using container = await engine.containers.start(
      spec("echo out; echo err >&2; printf '\\000\\377'; exit 3"),
    );
    expect(await container.end).toEqual({ code: 3, oom: false, error: "" });
    expect(container.ended()).toEqual({ code: 3, oom: false, error: "" });
    expect(container.stdout.bytes()).toEqual(Buffer.from("out\n\0\u00ff", "latin1"));
    expect(container.stderr.bytes().toString()).toBe("err\n");
    expect(container.stdout.ended()).toBe(true);
  });

  test("runs as it is told to: environment, user, arguments", async () => {
    const { ref } = await build(
      engine,
      `FROM ${BASE}\nENTRYPOINT ["/bin/echo", "entry"]\nCMD ["default"]\n`,
    );
    expect(await output(engine, spec(null, { image: ref }))).toBe("entry default\n");
    expect(await output(engine, spec(null, { image: ref, args: ["-n", "a b"] }))).toBe(
      "entry -n a b\n",
    );
    expect(
      await output(
        engine,
        spec('echo "$A|$B"; id -u; id -g', { env: { A: "b=c d", B: "" }, user: "1234:77" }),
      ),
    ).toBe("b=c d|\n1234\n77\n");
  });

  test("has no standard input unless asked for, and then all that is written", async () => {
    expect(await output(engine, spec("cat"))).toBe("");
    await using container = await engine.containers.start(
      spec("read first; echo got $first; cat | wc -c", { stdin: true }),
    );
    container.writeStdin(Buffer.from("one\n"));
    await printed(container, "got one\n");
    expect(container.ended()).toBeNull();
    container.writeStdin(Buffer.alloc(300_000, "x"));
    container.closeStdin();
    expect(await container.end).toMatchObject({ code: 0 });
    expect(container.stdout.bytes().toString()).toBe("got one\n300000\n");
  });

  test("that does not read what is written to it breaks nothing", async () => {
    await using container = await engine.containers.start(spec("exit 0", { stdin: true }));
    container.writeStdin(Buffer.alloc(2_000_000, "x"));
    await container.end;
    container.writeStdin(Buffer.from("late"));
    container.closeStdin();
    expect(await container.end).toMatchObject({ code: 0 });
  });

  test("is ours by its label and has no log on disk", async () => {
    await using container = await engine.containers.start(spec("echo x"));
    const { Config, HostConfig, Name } = await docker.getContainer(container.id).inspect();
    expect(Config.Labels).toMatchObject({ [OWNER_LABEL]: OWNER });
    expect(HostConfig.LogConfig?.Type).toBe("none");
    expect(Name).toMatch(/^\/slimproof-[0-9a-f]{12}$/);
  });

  test("is gone after it was let go, also while it runs", async () => {
    const container = await engine.containers.start(spec("sleep 600"));
    await container[Symbol.asyncDispose]();
    await expect(docker.getContainer(container.id).inspect()).rejects.toThrow(/no such container/i);
    expect(await container.end).toMatchObject({ code: 137 });
    await container[Symbol.asyncDispose](); // twice is no harm
  });

  test("whose output goes on for ever is cut off, in memory and on disk", async () => {
    await using container = await engine.containers.start(spec("yes 'for ever and ever'"));
    await until(() => container.stdout.cut());
    expect(container.stdout.bytes().length).toBe(OUTPUT_LIMIT);
    const before = process.memoryUsage().rss;
    await new Promise((resolve) => setTimeout(resolve, 1000));
    expect(process.memoryUsage().rss - before).toBeLessThan(100_000_000);
    await expect(
      docker.getContainer(container.id).logs({ stdout: true, follow: false }),
    ).rejects.toThrow(/log/);
    await container.signal("SIGKILL");
    expect(await container.end).toMatchObject({ code: 137, oom: false });
  });

  test("twenty that print and end at once lose nothing", async () => {
    const outputs: string[] = [];
    for (let at = 0; at < 5; at++)
      outputs.push(
        ...(await Promise.all(
          [1, 2, 3, 4].map((nth) => output(engine, spec(`seq ${at} ${at + 2}; echo ${nth}`))),
        )),
      );
    expect(outputs).toEqual(
      [0, 1, 2, 3, 4].flatMap((at) =>
        [1, 2, 3, 4].map((nth) => `${at}\n${at + 1}\n${at + 2}\n${nth}\n`),
      ),
    );
  });
});

describe("what cannot be started is no error but an end", () => {
  test.each([
    ["a program that is not there", { args: ["/nowhere/app"] }, /no such file/],
    ["a program that is not on the path", { args: ["nowhere"] }, /not found/],
    ["a file that is no program", { args: ["/etc/passwd"] }, /permission denied/],
    ["a user that is not there", { user: "ada" }, /unable to find user ada/],
    ["a group that is not there", { user: "0:ada" }, /unable to find group ada/],
  ])("%s", async (_, more, message) => {
    await using container = await engine.containers.start(spec("true", more));
    const end = await container.end;
    expect(end.code).not.toBe(0);
    expect(end.error).toMatch(message);
    expect(container.ended()).toEqual(end);
    expect(container.stdout.ended()).toBe(true);
    await container.signal("SIGTERM");
    expect(() => container.address(80)).toThrow(EngineError);
  });

  test("an image without a command", async () => {
    const { ref } = await build(engine, "FROM scratch\nCOPY Dockerfile /\n");
    await using container = await engine.containers.start(spec(null, { image: ref }));
    const end = await container.end;
    expect(end.code).not.toBe(0);
    expect(end.error).toMatch(/no command specified/i);
    expect(container.ended()).toEqual(end);
    expect(container.stdout.bytes()).toEqual(Buffer.alloc(0));
    expect(await container.archive("/")).toBeNull();
    await container.signal(null);
    container.writeStdin(Buffer.from("x"));
    container.closeStdin();
    await expect(container.exec(["true"], 1000)).rejects.toThrow(EngineError);
  });

  test("but an image that is not there is one", async () => {
    const starting = engine.containers.start(spec("true", { image: "nowhere.invalid/none:1" }));
    await expect(starting).rejects.toThrow(EngineError);
    await expect(starting).rejects.toThrow(/nowhere\.invalid\/none:1/);
  });
});

describe("limits", () => {
  test("of memory end a program that wants more, and say so every time", async () => {
    const ends = await Promise.all(
      Array.from({ length: 4 }, async () => {
        const seen: unknown[] = [];
        for (let time = 0; time < 5; time++) {
          await using container = await engine.containers.start(
            spec(null, {
              args: ["perl", "-e", "$x = 'x' x 200_000_000; print length $x"],
              memory: 16_000_000,
            }),
          );
          seen.push(await container.end);
        }
        return seen;
      }),
    );
    expect(new Set(ends.flat().map((end) => JSON.stringify(end)))).toEqual(
      new Set([JSON.stringify({ code: 137, oom: true, error: "" })]),
    );
  });

  test("of memory are not what a program was killed for that somebody killed", async () => {
    for (const kill of ["SIGKILL", "KILL", "9"]) {
      await using container = await engine.containers.start(spec("exec sleep 600"));
      await container.signal(kill);
      expect(await container.end).toMatchObject({ code: 137, oom: false });
    }
    const { ref } = await build(engine, `FROM ${BASE}\nSTOPSIGNAL SIGKILL\n`);
    await using container = await engine.containers.start(spec("sleep 600", { image: ref }));
    await container.signal(null);
    expect(await container.end).toMatchObject({ code: 137, oom: false });
  });

  test("of processes hold", async () => {
    await using container = await engine.containers.start(
      spec("for i in 1 2 3 4 5 6 7 8 9; do sleep 5 & done; wait", { pids: 5 }),
    );
    expect((await container.end).code).not.toBe(0);
    expect(container.stderr.bytes().toString()).toMatch(/fork/i);
  });

  test("a read-only file system takes writes only where a tmpfs is", async () => {
    expect(
      await output(
        engine,
        spec("touch /x 2>/dev/null || echo refused; echo kept > /tmp/x && cat /tmp/x", {
          readOnly: true,
          tmpfs: ["/tmp"],
        }),
      ),
    ).toBe("refused\nkept\n");
  });

  test("no network is none at all but its own", async () => {
    expect(await output(engine, spec("ls /sys/class/net", { network: "none" }))).toBe("lo\n");
    expect(await output(engine, spec("ls /sys/class/net", { network: "bridge" }))).toContain(
      "eth0",
    );
  });

  test("a mount shows a folder of the host, and takes no writes", async () => {
    const context = folder({ "data/a: b": "content" });
    mkdirSync(join(context, "with blank"));
    writeFileSync(join(context, "with blank", "f"), "blank");
    expect(
      await output(
        engine,
        spec("cat '/data/a: b' /blank/f; touch /data/x 2>/dev/null || echo refused", {
          mounts: [
            { from: join(context, "data"), to: "/data" },
            { from: join(context, "with blank"), to: "/blank" },
          ],
        }),
      ),
    ).toBe("contentblankrefused\n");
  });
});

test("a published port is reached at its address, others have none", async () => {
  await using container = await engine.containers.start(
    spec(
      `perl -MIO::Socket::INET -e '$|=1; $s=IO::Socket::INET->new(LocalPort=>7000,Listen=>5) or die; print "up\n"; while($c=$s->accept){print $c "hello\n";close $c}'`,
      { ports: [7000], network: "bridge" },
    ),
  );
  await printed(container, "up");
  const { host, port } = container.address(7000);
  const heard = await new Promise<string>((resolve, reject) => {
    let text = "";
    openSocket({ host, port })
      .setEncoding("utf8")
      .on("data", (chunk) => (text += String(chunk)))
      .on("end", () => resolve(text))
      .on("error", reject);
  });
  expect(heard).toBe("hello\n");
  expect(() => container.address(7001)).toThrow(/7001.*not published/);
});

describe("exec", () => {
  let container: Container;
  beforeAll(async () => {
    // The engine's own helper counts as several processes for each exec.
    container = await engine.containers.start(
      spec("exec sleep 600", { pids: 1000, memory: 512_000_000 }),
    );
  });
  afterAll(async () => {
    await container[Symbol.asyncDispose]();
  });

  test("gives both streams and the exit code", async () => {
    expect(await container.exec(["sh", "-c", "echo out; echo err >&2; exit 5"], 10_000)).toEqual({
      code: 5,
      stdout: Buffer.from("out\n"),
      stderr: Buffer.from("err\n"),
      cut: false,
      timedOut: false,
    });
  });

  test("gives the right code every time, also of many at once", async () => {
    const codes = await Promise.all(
      Array.from({ length: 24 }, async (_, at) => {
        const { code } = await container.exec(["sh", "-c", `exit ${at}`], 30_000);
        return code;
      }),
    );
    expect(codes).toEqual([...codes.keys()]);
  });

  test("of a program that is not there has an exit code and says why", async () => {
    const { code, stdout, stderr } = await container.exec(["nowhere"], 10_000);
    expect([126, 127]).toContain(code);
    expect(`${stdout}${stderr}`).toMatch(/nowhere.*not found/s);
  });

  test("that takes too long is given up", async () => {
    const began = performance.now();
    const result = await container.exec(["sh", "-c", "echo begun; sleep 600"], 1000);
    expect(result).toMatchObject({ timedOut: true, code: 137 });
    expect(result.stdout.toString()).toBe("begun\n");
    expect(performance.now() - began).toBeLessThan(10_000);
    expect(container.ended()).toBeNull();
  });

  test("that prints for ever is cut off", async () => {
    const { cut, stdout, timedOut } = await container.exec(["yes"], 2000);
    expect({ cut, timedOut }).toEqual({ cut: true, timedOut: true });
    expect(stdout.length).toBe(OUTPUT_LIMIT);
  });

  test("in a container that has ended is an error that says so", async () => {
    await using ended = await engine.containers.start(spec("true"));
    await ended.end;
    await expect(ended.exec(["true"], 1000)).rejects.toThrow(EngineError);
    await expect(ended.exec(["true"], 1000)).rejects.toThrow(/not running/);
  });
});

describe("archive", () => {
  test("gives a path as a tar, links as links, and null when it is not there", async () => {
    await using container = await engine.containers.start(
      spec("mkdir /d && echo text > /d/f && ln -s f /d/l && echo made && exec sleep 600"),
    );
    await printed(container, "made");
    const entries: string[] = [];
    const stream = await container.archive("/d");
    if (!stream) throw new Error("/d is not there");
    const reader = extract();
    stream.pipe(reader);
    for await (const entry of reader) {
      const { name, type, linkname } = entry.header;
      entries.push(`${type} ${name}${linkname ? ` -> ${linkname}` : ""}`);
      entry.resume();
    }
    expect(entries.toSorted()).toEqual(["directory d/", "file d/f", "symlink d/l -> f"]);
    expect(await container.archive("/nowhere")).toBeNull();
  });

  test("reads a container that has ended, too", async () => {
    await using container = await engine.containers.start(spec("echo text > /left"));
    await container.end;
    expect(await container.archive("/left")).not.toBeNull();
  });
});

describe("signal", () => {
  const catchAll =
    "trap 'echo usr1; exit 11' USR1; trap 'echo term; exit 12' TERM; echo up; while :; do sleep 0.05; done";

  test("null is the image's STOPSIGNAL", async () => {
    const { ref } = await build(engine, `FROM ${BASE}\nSTOPSIGNAL SIGUSR1\n`);
    await using container = await engine.containers.start(spec(catchAll, { image: ref }));
    await printed(container, "up");
    await container.signal(null);
    expect(await container.end).toMatchObject({ code: 11 });
    expect(container.stdout.bytes().toString()).toBe("up\nusr1\n");
  });

  test("null is SIGTERM where the image has none, and a name is that signal", async () => {
    for (const [name, code] of [
      [null, 12],
      ["SIGUSR1", 11],
    ] as const) {
      await using container = await engine.containers.start(spec(catchAll));
      await printed(container, "up");
      await container.signal(name);
      expect(await container.end).toMatchObject({ code });
    }
  });

  test("to a container that has ended does nothing", async () => {
    await using container = await engine.containers.start(spec("true"));
    await container.end;
    await container.signal("SIGTERM");
    await container.signal(null);
  });

  test("of no such name is an error of ours", async () => {
    await using container = await engine.containers.start(spec("sleep 600"));
    await expect(container.signal("SIGNOTHING")).rejects.toThrow(EngineError);
  });
});

describe("terminal", () => {
  /** Runs a terminal command in a terminal and gives what came out of it. */
  async function inTerminal(
    command: ReturnType<Engine["containers"]["terminal"]>,
    onText: (text: string, write: (text: string) => void) => void = () => {},
  ): Promise<string> {
    let text = "";
    await new Promise<void>((resolve) => {
      const pty = openPty(
        command,
        { columns: 90, rows: 20 },
        (bytes) => {
          text += bytes.toString();
          onText(text, (typed) => pty.write(typed));
        },
        resolve,
      );
    });
    return text;
  }

  test("is a docker run in a real terminal, whose end the engine tells", async () => {
    await using command = engine.containers.terminal(
      spec("stty size; read line; echo got $line; exit 9"),
    );
    let typed = false;
    const text = await inTerminal(command, (sofar, write) => {
      if (typed || !sofar.includes("20 90")) return;
      typed = true;
      write("hello\r");
    });
    expect(text).toBe("20 90\r\nhello\r\ngot hello\r\n");
    expect(await command.end()).toEqual({ code: 9, oom: false, error: "" });
    const { HostConfig } = await docker.getContainer(command.args[3] ?? "").inspect();
    expect(HostConfig.LogConfig?.Type).toBe("none");
    expect(HostConfig.Memory).toBe(128_000_000);
  });

  test("of a program that is not there has an end that says why", async () => {
    await using command = engine.containers.terminal(spec(null, { args: ["/nowhere/app"] }));
    await inTerminal(command);
    const end = await command.end();
    expect(end?.code).toBe(127);
    expect(end?.error).toMatch(/no such file/);
  });

  test("of an image that is not there has one, too", async () => {
    await using command = engine.containers.terminal(spec(null, { image: "nowhere.invalid/x:1" }));
    await inTerminal(command);
    expect(await command.end()).toMatchObject({ code: 125 });
  });

  test("still runs until it has ended, and is gone once it was let go", async () => {
    const command = engine.containers.terminal(spec("echo up; exec sleep 600"));
    const name = command.args[3] ?? "";
    let up = false;
    const ended = inTerminal(command, (text) => (up ||= text.includes("up")));
    await until(() => up);
    expect(await command.end()).toBeNull();
    await command[Symbol.asyncDispose]();
    await ended;
    await expect(docker.getContainer(name).inspect()).rejects.toThrow(/no such container/i);
  });
});
