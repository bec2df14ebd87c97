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
