import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeTrace } from "../../src/engine/trace.ts";
import { statusResponse } from "./status-response.ts";

describe("decodeTrace", () => {
  test("reads a step's name, its state and its error, and leaves out what was not sent", () => {
    const base64 = statusResponse([
      { digest: "sha256:a", name: "[builder 1/2] FROM golang:1.26", started: true },
      {
        digest: "sha256:b",
        name: "[builder 2/2] RUN go build",
        cached: true,
        completed: 1_700_000_001_500.25,
      },
      { digest: "sha256:c", name: "größer 漢字", started: true, completed: true, error: "exit 1" },
    ]);
    expect(decodeTrace(base64).vertexes).toEqual([
      {
        digest: "sha256:a",
        inputs: ["sha256:input"],
        name: "[builder 1/2] FROM golang:1.26",
        cached: false,
        started: 1_700_000_000_000,
        completed: null,
        error: "",
      },
      {
        digest: "sha256:b",
        inputs: ["sha256:input"],
        name: "[builder 2/2] RUN go build",
        cached: true,
        started: null,
        completed: 1_700_000_001_500.25,
        error: "",
      },
      {
        digest: "sha256:c",
        inputs: ["sha256:input"],
        name: "größer 漢字",
        cached: false,
        started: 1_700_000_000_000,
        completed: 1_700_000_000_000,
        error: "exit 1",
      },
    ]);
  });

  test("reads a step's output, also when it is no text", () => {
    const base64 = statusResponse(
      [],
      [
        { vertex: "sha256:a", msg: "compiling\n" },
        { vertex: "sha256:a", msg: Uint8Array.of(0xff, 0x00) },
      ],
    );
    expect(decodeTrace(base64).logs).toEqual([
      { vertex: "sha256:a", bytes: Buffer.from("compiling\n") },
      { vertex: "sha256:a", bytes: Buffer.from([0xff, 0x00]) },
    ]);
  });

  test("an empty message holds nothing", () => {
    expect(decodeTrace("")).toEqual({ vertexes: [], logs: [] });
  });

  test("what is no protobuf is an error, and any text comes to an end", () => {
    expect(() => decodeTrace(Buffer.from([0x0a, 0xff]).toString("base64"))).toThrow();
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        try {
          decodeTrace(Buffer.from(bytes).toString("base64"));
        } catch (error) {
          expect(error).toBeInstanceOf(Error);
        }
      }),
    );
  });
});
