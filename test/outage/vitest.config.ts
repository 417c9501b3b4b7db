import { defineConfig } from "vitest/config";

// Searches that wait for a broker take no cores while they wait: all faults run beside each other.
export default defineConfig({
  test: {
    include: ["test/outage/**/*.test.ts"],
    pool: "forks",
    testTimeout: 900_000,
    hookTimeout: 120_000,
    maxConcurrency: 4,
    reporters: ["verbose", "./test/support/summary-reporter.ts"],
  },
});
