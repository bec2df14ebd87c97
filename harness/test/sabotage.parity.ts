/** Ways to break an app's Dockerfile.multi: each must be told by the right exit code, naming the probe and the fact. */
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { describe, expect, test } from "vitest";

const ROOT = join(import.meta.dirname, "..", "..");
const CLI = join(ROOT, "harness", "src", "cli.js");

interface Sabotage {
  readonly title: string;
  readonly app: "flask-hello" | "go-calculator";
  /** What is replaced in Dockerfile.multi, and by what. */
  readonly edit: readonly [string, string];
  readonly exit: number;
  /** PROBE/FACT that must be among the differences. */
  readonly fact?: string;
  /** A claim that must fail. */
  readonly claim?: string;
  /** What the error must say. */
  readonly error?: RegExp;
}

const BUILD = "RUN CGO_ENABLED=0 go build";
/** Go's own cache, kept from one sabotage to the next: what is tested is not the compiler. */
const CACHED_BUILD = "RUN --mount=type=cache,target=/root/.cache/go-build CGO_ENABLED=0 go build";
const sabotages: readonly Sabotage[] = [
  {
    title: "drops the COPY of app.py",
    app: "flask-hello",
    edit: ["COPY app.py .\n", ""],
    exit: 1,
    fact: "container/start",
  },
  {
    title: "listens on another port",
    app: "flask-hello",
    edit: ["COPY app.py .\n", "COPY app.py .\nRUN sed -i s/5000/5001/ app.py\n"],
    exit: 1,
    fact: "container/start",
  },
  {
    title: "says something else",
    app: "flask-hello",
    edit: ["COPY app.py .\n", "COPY app.py .\nRUN sed -i s/Docker!/Podman!/ app.py\n"],
    exit: 1,
    fact: "greets/http.body",
  },
  {
    title: "leaves with another exit code",
    app: "go-calculator",
    edit: [BUILD, `RUN sed -i '/line == "exit"/,+1s/return nil/os.Exit(3)/' main.go\n${BUILD}`],
    exit: 1,
    fact: "leaves on exit/exit.code",
  },
  {
    title: "rewords an answer",
    app: "go-calculator",
    edit: [BUILD, `RUN sed -i 's/Invalid input. Try/Wrong input. Try/' main.go\n${BUILD}`],
    exit: 1,
    fact: "refuses three kinds of invalid input/terminal.transcript",
  },
  {
    title: "has a step that fails",
    app: "go-calculator",
    edit: [BUILD, `RUN echo no luck && exit 9\n${BUILD}`],
    exit: 2,
    error:
      /Dockerfile\.multi: build failed in stage builder, RUN echo no luck && exit 9: exit code 9/,
  },
  {
    title: "subtracts wrongly",
    app: "go-calculator",
    edit: [BUILD, `RUN sed -i 's/left - right/right - left/' main.go\n${BUILD}`],
    exit: 1,
    fact: "goes below zero/terminal.transcript",
  },
  {
    title: "carries 100 MB more",
    app: "go-calculator",
    edit: ["COPY --from=builder /app/app ./", "COPY --from=builder /app/app /app/ballast ./"],
    exit: 1,
    claim: "size < 1%",
  },
];

interface Report {
  readonly pairs: readonly {
    readonly differences: readonly { readonly probe: string; readonly fact: string }[];
    readonly claims: readonly { readonly claim: string; readonly holds: boolean }[];
    readonly error: string | null;
  }[];
}

describe.concurrent("a broken conversion", { timeout: 300_000 }, () => {
  test.each(sabotages)("that $title", async ({ app, edit, exit, fact, claim, error }) => {
    const folder = await mkdtemp(join(tmpdir(), "sabotage-"));
    try {
      await cp(join(ROOT, "apps", app), folder, { recursive: true });
      const dockerfile = join(folder, "Dockerfile.multi");
      const text = await readFile(dockerfile, "utf8");
      expect(text).toContain(edit[0]);
      const contract = join(folder, "parity.yaml");
      const probes = await readFile(contract, "utf8");
      await writeFile(contract, probes.replace("within: 30s", "within: 15s")); // what never comes need not be awaited long
      const ballast = claim
        ? text.replace(BUILD, `RUN head -c 100000000 /dev/urandom >ballast\n${BUILD}`)
        : text;
      const sabotaged = ballast.replace(edit[0], edit[1]).replace(BUILD, CACHED_BUILD);
      await writeFile(dockerfile, sabotaged);
      const result = await execa(
        process.execPath,
        [CLI, "check", folder, "--json", "--quiet", "--candidate", "multi"],
        { reject: false },
      );
      const [pair] = (JSON.parse(result.stdout || '{ "pairs": [] }') as Report).pairs;
      expect(result.exitCode, `${result.stderr}${pair?.error}`).toBe(exit);
      const facts = pair?.differences.map((it) => `${it.probe}/${it.fact}`);
      if (fact) expect(facts).toContain(fact);
      if (error) expect(pair?.error).toMatch(error);
      if (claim)
        expect(pair?.claims).toContainEqual(expect.objectContaining({ claim, holds: false }));
      if (claim) expect(facts).toEqual([]); // it behaves as before: only the claim tells
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
