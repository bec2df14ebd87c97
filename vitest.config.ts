import { defineConfig } from "vitest/config";

/** Unit tests (`*.test.ts`) need no engine and take seconds; parity tests (`*.parity.ts`) drive real images. */
export default defineConfig({
  test: {
    projects: [
      { test: { name: "unit", include: ["{harness,sandbox,bench}/test/**/*.test.ts"] } },
      {
        test: {
          name: "parity",
          include: ["{apps,harness,sandbox}/**/*.parity.ts"],
          globalSetup: ["sandbox/src/vitest-setup.ts"],
          testTimeout: 300_000,
          hookTimeout: 900_000,
          fileParallelism: true,
          maxWorkers: 2,
        },
      },
    ],
  },
});
