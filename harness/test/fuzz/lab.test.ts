import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fromTemplate } from "../../src/fuzz/generators.ts";
import { openLab, type Talk } from "../../src/fuzz/lab.ts";

/** Programs that answer as told, and what became of them. */
function programs(answer: (side: string, input: string, asked: number) => string) {
  const opened: string[] = [];
  let closed = 0;
  const open = (side: "baseline" | "candidate"): Promise<Talk<string>> => {
    opened.push(side);
    let asked = 0;
    let over = false;
    return Promise.resolve({
      ask(input) {
        over = input === "exit";
        return Promise.resolve(answer(side, input, asked++));
      },
      over: () => over,
      close() {
        closed += 1;
        return Promise.resolve();
      },
    });
  };
  return { open, opened, closed: () => closed };
}

describe("a lab", () => {
  test("asks the baseline, the baseline again, and the candidate", async () => {
    const { open, opened } = programs(
      (side, input) => `${side === "candidate" ? "no" : "yes"} ${input}`,
    );
    const lab = openLab(open, 10);
    expect(await lab.ask("a")).toEqual({ same: false, baseline: "yes a", candidate: "no a" });
    expect(opened).toEqual(["baseline", "baseline", "candidate"]);
    await lab.close();
  });

  test("what the baseline does not repeat is noise", async () => {
    let count = 0;
    const lab = openLab(
      programs((_, input) => `${input} at 0x${(count++ * 4096 + 4096).toString(16)}`).open,
      10,
    );
    expect(await lab.ask("a")).toMatchObject({ same: true });
    await lab.close();
  });

  test("starts programs anew when enough was asked, when one has ended, and when it is asked to", async () => {
    const { open, opened, closed } = programs((side, input) => (input === "odd" ? side : "same"));
    const lab = openLab(open, 2);
    for (const input of ["a", "b"]) await lab.ask(input);
    expect(opened).toHaveLength(3);
    await lab.ask("c");
    expect(opened).toHaveLength(6);
    await lab.ask("exit");
    await lab.ask("d");
    expect(opened).toHaveLength(9);
    expect((await lab.ask("odd")).same).toBe(false);
    expect(opened).toHaveLength(9);
    await lab.askAnew("f");
    expect({ opened: opened.length, starts: lab.starts() }).toEqual({ opened: 12, starts: 4 });
    await lab.close();
    expect(closed()).toBe(12);
  });

  test("closes what was opened when another cannot be", async () => {
    const { open, closed } = programs(() => "");
    const lab = openLab(
      (side) => (side === "candidate" ? Promise.reject(new Error("no")) : open(side)),
      2,
    );
    await expect(lab.ask("a")).rejects.toThrow("no");
    expect(closed()).toBe(2);
  });
});

describe("templates", () => {
  const samples = (template: string, words = {}): readonly string[] =>
    fc.sample(fromTemplate(template, words), { numRuns: 2000, seed: 7 });

  test("give what they are made of", () => {
    expect(samples("fixed")).toEqual(Array(2000).fill("fixed"));
    expect(new Set(samples("{op}", { op: ["+", "-"] }))).toEqual(new Set(["+", "-"]));
    expect(samples("{word}").every((it) => /^[a-z]{1,10}$/.test(it))).toBe(true);
    expect(samples("{nothing}")).toEqual(Array(2000).fill("{nothing}"));
    expect(samples("{constructor}")).toEqual(Array(2000).fill("{constructor}"));
  });

  test("reach the places where programs change their minds", () => {
    const numbers = new Set(samples("{int}"));
    for (const it of ["-0", "2147483648", "9223372036854775808"]) expect(numbers).toContain(it);
    const texts = samples("{text}");
    expect(texts.some((it) => it.length > 65_536)).toBe(true);
    expect(texts.some((it) => it.includes("\t"))).toBe(true);
    expect(samples("{int} {int}").some((it) => it.includes("\t"))).toBe(true);
    expect(samples("{bytes}").some((it) => /[\u0080-\u00ff]/.test(it))).toBe(true);
    expect(samples("{unicode}").some((it) => /[\u0100-\uffff]/.test(it))).toBe(true);
  });

  test("stay on one line", () => {
    for (const template of ["{int} {op}", "{text}", "{bytes}", "{unicode}", "{float}"])
      for (const it of samples(template)) expect(it).not.toMatch(/[\r\n]/);
  });
});
