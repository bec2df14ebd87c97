import { defineConfig } from "vitest/config";

/** Unit tests (`*.test.ts`) need no engine and take seconds; parity tests (`*.parity.ts`) drive real images. */
const json = process.env["VITEST_JSON"];

export default defineConfig({
  test: {
    // The results as a file as well, for whoever counts them.
    reporters: json ? ["default", ["json", { outputFile: json }]] : ["default"],
    projects: [
      {
        test: {
          name: "unit",
          include: ["{harness,sandbox,bench,corpus,workshop}/test/**/*.test.ts"],
          testTimeout: 60_000, // five seconds are too few for a hundred thousand files on a busy machine
        },
      },
      {
        test: {
          name: "parity",
          include: [
            "{apps,harness,sandbox,corpus}/**/*.parity.ts",
            "workshop/{,test/**/}*.parity.ts",
          ],
          globalSetup: ["sandbox/src/vitest-setup.ts"],
          testTimeout: 300_000,
          hookTimeout: 900_000,
          // Real containers on a shared machine: a test that fails is run once more, which the reporter shows.
          retry: 1,
          maxWorkers: 2,
          maxConcurrency: 2,
        },
      },
    ],
  },
});
