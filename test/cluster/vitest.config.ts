import { defineConfig } from "vitest/config";

/** A real control plane is a command of its own: it needs Go and etcd, and its first build takes ten minutes. */
export default defineConfig({
  test: {
    include: ["test/cluster/*.test.ts"],
    testTimeout: 300_000,
    hookTimeout: 3_600_000,
    reporters: ["default", "./test/support/summary-reporter.ts"],
  },
});
