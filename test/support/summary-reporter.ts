import type { Reporter, TestModule } from "vitest/node";

/** Ends a run with one plain line that any tool can read: "climb: N passed, N failed, N skipped". */
export default class SummaryReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    let [passed, failed, skipped] = [0, errors.length, 0];
    for (const module of modules) {
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        if (state === "passed") passed++;
        else if (state === "failed") failed++;
        else skipped++;
      }
      // A file that could not even be loaded has no tests to count.
      failed += module.errors().length;
    }
    // After the default reporter's own summary, so that this is the last line.
    process.on("exit", () => process.stdout.write(`climb: ${passed} passed, ${failed} failed, ${skipped} skipped\n`));
  }
}
