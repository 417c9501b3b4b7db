import { defineConfig } from "vitest/config";

/** Twenty kills of embedding, clustering and training are a command of their own: `npm test` is to end in a quarter of an hour. */
export default defineConfig({
  test: {
    include: ["test/e2e/kill-work.test.ts"],
    testTimeout: 1_200_000,
    hookTimeout: 60_000,
    reporters: ["default", "./test/support/summary-reporter.ts"],
  },
});
