import { expect, test } from "vitest";
import { madeBy, misfit, shownIn } from "../../src/prove/console.ts";

const README = `# 1. Weigh

\`\`\`console
$ docker build -t ws-a . && \\
  true
$ docker run --rm --name ws-run ws-a
hello
…
\`\`\`

\`\`\`sh
$ not run
\`\`\`

\`\`\`console solution
$ docker build --quiet --tag=ws-b .

\`\`\`
`;

test("commands and outputs are read from console blocks alone", () => {
  expect(shownIn(README)).toEqual([
    { command: "docker build -t ws-a . && \\\n  true", output: [], solved: false, line: 4 },
    {
      command: "docker run --rm --name ws-run ws-a",
      output: ["hello", "…"],
      solved: false,
      line: 6,
    },
    { command: "docker build --quiet --tag=ws-b .", output: [], solved: true, line: 16 },
  ]);
});

test("what commands make under a name is known, to be removed", () => {
  expect(madeBy(shownIn(README).map(({ command }) => command))).toEqual({
    images: ["ws-a", "ws-b"],
    containers: ["ws-run"],
  });
});

test.each<[readonly string[], string]>([
  [["a … c"], "a 12 c\n"],
  [["a", "…", "c"], "a\nc"],
  [["a", "…", "c"], "a\nb\nb\nc\n\n"],
  [["…", "c", "…"], "c\nc"],
  [["(a.b)*"], "(a.b)*"],
  [["…"], ""],
  [["one  "], "one\r\n"],
])("%j shows %j", (shown, written) => {
  expect(misfit(shown, written)).toBeNull();
});

test.each<[readonly string[], string, string]>([
  [["a … c"], "a 12 d", "a … c"],
  [["a", "b"], "a", "b"],
  [["a.c"], "abc", "a.c"],
  [["a"], "a\nb", "the end: it writes more than is shown"],
  [["…", "z"], "a\nb", "z"],
  [["Size: … MB"], "a Size: 3 MB", "Size: … MB"],
])("%j does not show %j", (shown, written, line) => {
  expect(misfit(shown, written)).toBe(line);
});

test("many ellipses over much output take no time", () => {
  const shown = Array.from({ length: 60 }, () => ["…", "a"]).flat();
  const written = "a\n".repeat(400);
  const began = performance.now();
  expect(misfit([...shown, "b"], written)).toBe("b");
  expect(performance.now() - began).toBeLessThan(2_000);
});
