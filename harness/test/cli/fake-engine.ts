/** An engine that is empty and answers only what a check asks before it builds; a build hangs, or ends the engine. */
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface FakeEngine extends AsyncDisposable {
  /** As DOCKER_HOST takes it. */
  readonly host: string;
  /** Resolves when a build was asked for. */
  readonly building: Promise<void>;
}

const ANSWERS: readonly (readonly [RegExp, unknown])[] = [
  [/\/version$/, { Version: "28.0.0", ApiVersion: "1.48" }],
  [/\/info$/, { Labels: [], ServerVersion: "28.0.0", OperatingSystem: "fake", OSType: "linux" }],
  [/\/(containers|images)\/json/, []],
  [/\/networks/, []],
];

export async function fakeEngine(onBuild: "hang" | "die"): Promise<FakeEngine> {
  const folder = mkdtempSync(join(tmpdir(), "slimproof-fake-"));
  const socket = join(folder, "docker.sock");
  const building = Promise.withResolvers<void>();
  const server = createServer((request, response) => {
    const [, answer] = ANSWERS.find(([path]) => path.test(request.url ?? "")) ?? [];
    if (answer === undefined) response.writeHead(404).end("{}");
    else response.setHeader("content-type", "application/json").end(JSON.stringify(answer));
  });
  // The first thing that a build with BuildKit needs is a session.
  server.on("upgrade", () => {
    building.resolve();
    if (onBuild === "die") {
      server.close();
      server.closeAllConnections();
    }
  });
  server.on("connection", (connection) => {
    if (onBuild === "die") void building.promise.then(() => connection.destroy());
  });
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  return {
    host: `unix://${socket}`,
    building: building.promise,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
