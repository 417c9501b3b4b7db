import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: [
      "{proto,shared,services,cli}/**/src/**/*.test.ts",
      "test/{architecture,contracts,fuzz,integration,strangers,page}/**/*.test.ts",
      "test/bench/src/**/*.test.ts",
    ],
    exclude: ["**/node_modules/**", "**/dist/**"],
    pool: "forks",
    // Two cores are what CI has; training tests use a core each.
    maxWorkers: 2,
    // For what hangs; how fast the machine is, no test judges.
    testTimeout: 600_000,
    hookTimeout: 600_000,
    reporters: ["default", "./test/support/summary-reporter.ts"],
  },
});
