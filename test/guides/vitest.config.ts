import { defineConfig } from "vitest/config";

/** The guides are a command of their own: what a reader does in an hour takes minutes here. */
export default defineConfig({
  test: {
    include: ["test/guides/*.test.ts"],
    testTimeout: 1_800_000,
    hookTimeout: 60_000,
    reporters: ["default", "./test/support/summary-reporter.ts"],
  },
});
