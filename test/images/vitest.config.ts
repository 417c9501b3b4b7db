import { defineConfig } from "vitest/config";

/** The images are a command of their own: they need root and buildah, and their first build takes some ten minutes. */
export default defineConfig({
  test: {
    include: ["test/images/*.test.ts"],
    testTimeout: 3_600_000,
    hookTimeout: 3_600_000,
    reporters: ["default", "./test/support/summary-reporter.ts"],
  },
});
