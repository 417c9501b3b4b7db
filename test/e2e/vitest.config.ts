import { defineConfig } from "vitest/config";

/** The suite as processes, killed, watched and locked: a command of its own, so that `npm test` ends in a quarter of an hour. */
export default defineConfig({
  test: {
    include: ["test/e2e/**/*.test.ts"],
    // Its twenty kills have a command of their own.
    exclude: ["test/e2e/kill-work.test.ts"],
    pool: "forks",
    maxWorkers: 2,
    testTimeout: 600_000,
    hookTimeout: 600_000,
    reporters: ["default", "./test/support/summary-reporter.ts"],
  },
});
