import { describe, expect, it } from "vitest";
import { CommandError, EXIT } from "../errors.js";
import { loadBenchmarks } from "./bench.js";

describe("climb bench", () => {
  it("finds the benchmarks where they are installed", async () => {
    expect(await loadBenchmarks()).toHaveProperty("runBenchmark");
  });

  it("says in one sentence that they are not, as bad input", async () => {
    const fault = await loadBenchmarks("@climb/not-installed").catch((error: unknown) => error);
    expect(fault).toBeInstanceOf(CommandError);
    expect((fault as CommandError).exitCode).toBe(EXIT.badInput);
    expect((fault as CommandError).message).toMatch(/^the benchmarks are not installed: .*@climb\/not-installed/);
    expect((fault as CommandError).message).not.toContain("\n");
  });
});
