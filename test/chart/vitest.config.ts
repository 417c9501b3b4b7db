import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/chart/**/*.test.ts"],
    testTimeout: 60_000,
    // The first run on a machine without helm builds one.
    hookTimeout: 11 * 60_000,
    reporters: ["default", "./test/support/summary-reporter.ts"],
  },
});
