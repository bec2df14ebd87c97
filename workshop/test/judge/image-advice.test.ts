import { expect, test } from "vitest";
import { imageAdvice as adviceOf } from "../../src/judge/advice/image-advice.ts";
import { differs } from "./outcomes.ts";

const BUILDER = "FROM python AS builder\nWORKDIR /app\nRUN python -m venv venv\n";
const last = (lines: string): string => `${BUILDER}FROM slim\nWORKDIR /app\n${lines}`;

/** In a folder that has templates/. */
function imageAdvice(text: string, pair: Pair): string | null {
  return adviceOf({ text, isThere: (it) => it === "templates/" }, pair);
}

type Pair = ReturnType<typeof differs>["pair"];

function lacking(evidence: string, fact = "start"): Pair {
  const causes = [{ id: "missing-file", evidence, mend: null }];
  const difference = { probe: "container", fact, baseline: "a", candidate: null, accepted: null };
  return differs({ differences: [{ ...difference, causes }] }).pair;
}

const HEAVY = differs({ claims: [{ claim: "size < 92%", holds: false, measured: "95%" }] }).pair;

test.each([
  "/app/venv is in the baseline and not in the candidate",
  "venv/bin/python is not there",
])("a folder that was copied over another is told with the line to write: %s", (evidence) => {
  expect(imageAdvice(last("COPY --from=builder /app/venv .\n"), lacking(evidence))).toBe(
    "Line 6: COPY of a folder copies what is in it. What /app/venv holds now lies in /app itself, and not in /app/venv. Write `COPY --from=builder /app/venv venv`.",
  );
});

test("a file that is missing below a folder tells it as well", () => {
  const pair = lacking("x", "files./app/templates/menu.html");
  expect(imageAdvice(last("COPY templates ./\n"), pair)).toMatch(
    /Write `COPY templates templates`/,
  );
});

test("nothing is told where something else is missing, or the folder is there", () => {
  const lost = lacking("/app/venvs is in the baseline");
  expect(imageAdvice(last("COPY --from=builder /app/venv .\n"), lost)).toBeNull();
  const kept = lacking("/app/venv is in the baseline");
  expect(imageAdvice(last("COPY --from=builder /app/venv venv\n"), kept)).toBeNull();
  expect(imageAdvice(last("COPY app.py .\n"), kept)).toBeNull();
  // A file that was copied elsewhere is no folder.
  const program = lacking("/app/app is in the baseline");
  expect(imageAdvice(last("COPY --from=builder /app/app /\n"), program)).toBeNull();
  expect(imageAdvice(last("COPY app .\n"), program)).toBeNull();
});

test("what is removed in a later layer still ships, where the size is too much", () => {
  const text = last("COPY --from=builder /app/venv venv\nRUN true && rm -rf venv/bin/pip*\n");
  expect(imageAdvice(text, HEAVY)).toBe(
    "Line 7 removes venv/bin/pip* in a layer of its own. Its bytes are in the layer of line 6 and still ship: what is not wanted has to be gone before the COPY.",
  );
  expect(imageAdvice(text, differs({}).pair)).toBeNull();
  expect(imageAdvice(last("COPY app.py .\nRUN rm /app/readings.csv\n"), HEAVY)).toBeNull();
});

const NO_SHELL = differs({
  differences: [
    {
      probe: "container",
      fact: "start",
      baseline: "true",
      candidate: "false",
      causes: [{ id: "missing-shell", evidence: "the candidate has no /bin/sh", mend: null }],
      accepted: null,
    },
  ],
}).pair;

test.each([
  [
    "CMD ./app -v",
    'Line 6: without brackets, CMD is a line for /bin/sh -c, and your image has no shell. Write `CMD ["./app", "-v"]`.',
  ],
  [
    "ENTRYPOINT /app/app\nCMD -v",
    'Line 6: without brackets, ENTRYPOINT is a line for /bin/sh -c, and your image has no shell. Write `ENTRYPOINT ["/app/app"]`.',
  ],
  [
    "CMD exec ./app -port $PORT",
    'Line 6: without brackets, CMD is a line for /bin/sh -c, and your image has no shell. Write a list, `CMD ["program", "word"]`, in which nobody fills in variables.',
  ],
  [
    "CMD ['/app/app', '-v']",
    'Line 6: in a list each word stands in double quotes. As it is, CMD is a line for /bin/sh -c, and your image has no shell. Write `CMD ["/app/app", "-v"]`.',
  ],
  [
    'CMD ["/app/app" "-v"]',
    'Line 6: CMD has brackets and is no list. As it is, it is a line for /bin/sh -c, and your image has no shell. Write `CMD ["program", "word"]`, with double quotes and commas.',
  ],
])("a command for a shell that is not there is told with its line: %s", (command, hint) => {
  expect(imageAdvice(last(`${command}\n`), NO_SHELL)).toBe(hint);
});

test("of a list, of what a later one replaces, and where the shell is there, nothing is told", () => {
  expect(imageAdvice(last('CMD ["./app"]\n'), NO_SHELL)).toBeNull();
  expect(imageAdvice(last('CMD ./app\nCMD ["./app"]\n'), NO_SHELL)).toBeNull();
  expect(imageAdvice(last("CMD ./app\n"), lacking("x"))).toBeNull();
});

const ONE_WORD = lacking("the candidate runs /app/app -v, and there is no /app/app -v");

test("a command line in one element of a list is no folder that was copied over another", () => {
  const copied = "COPY --from=builder /app/app .\n";
  expect(imageAdvice(last(`${copied}CMD ["/app/app -v"]\n`), ONE_WORD)).toBe(
    'Line 7: docker takes all of "/app/app -v" for the name of the program. In a list each word is an element: write `CMD ["/app/app", "-v"]`.',
  );
  expect(imageAdvice(last(`${copied}CMD ["/app/app", "-v"]\n`), ONE_WORD)).toBeNull();
});
