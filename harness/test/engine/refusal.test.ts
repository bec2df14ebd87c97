import { describe, expect, test } from "vitest";
import { gone, isProgramFault, words } from "../../src/engine/refusal.ts";
import { EngineError } from "../../src/model/error.ts";

describe("isProgramFault", () => {
  test.each([
    [
      "20.10",
      `OCI runtime create failed: container_linux.go:380: starting container process caused: exec: "/app/app": stat /app/app: no such file or directory: unknown`,
    ],
    [
      "26.1",
      `failed to create task for container: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: exec: "nothere": executable file not found in $PATH: unknown`,
    ],
    [
      "28.5",
      `failed to create task for container: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: error during container init: exec: "/app": permission denied`,
    ],
    ["a user that is not there", "unable to find user ada: no matching entries in passwd file"],
    ["a group that is not there", "unable to find group staff: no matching entries in group file"],
    ["another architecture", "exec /app: exec format error"],
    ["an image without a command", "No command specified"],
    ["the same since 25", "no command specified"],
  ])("is the image's: %s", (_, text) => {
    expect(isProgramFault(text)).toBe(true);
  });

  test.each([
    "driver failed programming external connectivity on endpoint x: Bind for 127.0.0.1:80 failed: port is already allocated",
    "connect ENOENT /var/run/docker.sock",
    "connect ECONNREFUSED 127.0.0.1:2375",
    "socket hang up",
    "No such image: sha256:1234",
    "no space left on device",
    "network slimproof not found",
    `error while mounting volume '/var/lib/docker/volumes/x/_data': mkdir /var/lib/docker/volumes: no such file or directory`,
    "",
  ])("is the engine's: %s", (text) => {
    expect(isProgramFault(text)).toBe(false);
  });
});

describe("words", () => {
  test.each([
    ["(HTTP code 404) no such container - No such container: x ", "No such container: x"],
    [
      "(HTTP code 500) server error - Ports are not available - at all ",
      "Ports are not available - at all",
    ],
    [
      "(HTTP code 409) unexpected - removal of container x is already in progress ",
      "removal of container x is already in progress",
    ],
    ["connect ENOENT /var/run/docker.sock", "connect ENOENT /var/run/docker.sock"],
  ])("of %j are %j", (message, text) => {
    expect(words(new Error(message))).toBe(text);
  });

  test("of what is no Error are its text", () => {
    expect(words("gone")).toBe("gone");
    expect(words(undefined)).toBe("undefined");
  });
});

describe("gone", () => {
  const refusal = (statusCode: number | undefined): Promise<never> =>
    Promise.reject(
      Object.assign(new Error(`(HTTP code ${statusCode ?? 0}) x - the engine's words `), {
        statusCode,
      }),
    );

  test.each([404, 409])("is content with %d: there is nothing left to do", async (status) => {
    await gone(refusal(status));
    await gone(Promise.resolve());
  });

  test.each([400, 500, undefined])("passes on %s as the engine's error", async (status) => {
    await expect(gone(refusal(status))).rejects.toThrow(EngineError);
    await expect(gone(refusal(status))).rejects.toThrow(/^the engine's words$/);
  });
});
