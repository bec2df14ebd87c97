import { expect, test } from "vitest";
import { openRelay } from "../../src/judge/relay.ts";

test("who listens hears what is told, beginning with the last word, until either ends it", () => {
  const relay = openRelay();
  const heard: string[] = [];
  relay.tell("build");
  relay.tell("ask");
  const stop = relay.listen((it) => heard.push(`one: ${it}`));
  relay.listen((it) => heard.push(`other: ${it}`));
  relay.tell("built");
  stop();
  relay.tell("done");
  relay.close();
  relay.tell("late");
  relay.listen((it) => heard.push(`later: ${it}`));
  expect(heard).toEqual(["one: ask", "other: ask", "one: built", "other: built", "other: done"]);
});
