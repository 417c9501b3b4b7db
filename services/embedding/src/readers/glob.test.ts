import { describe, expect, it } from "vitest";
import { globBase, globMatcher, isGlob } from "./glob.js";

describe("globs", () => {
  it.each([
    ["/data/*.jsonl", "/data/a.jsonl", true],
    ["/data/*.jsonl", "/data/sub/a.jsonl", false],
    ["/data/**/*.md", "/data/a.md", true],
    ["/data/**/*.md", "/data/b/c/a.md", true],
    ["/data/shard-?.txt", "/data/shard-1.txt", true],
    ["/data/shard-[0-3].txt", "/data/shard-7.txt", false],
    ["/data/*.{md,txt}", "/data/a.txt", true],
    ["/data/*.{md,txt}", "/data/a.rst", false],
    ["/data/a+b(1).txt", "/data/a+b(1).txt", true],
  ])("%s on %s: %s", (pattern, path, matches) => {
    expect(globMatcher(pattern)(path)).toBe(matches);
  });
  it("start from the directory before the first wildcard", () => {
    expect(globBase("/data/x/*/y.txt")).toBe("/data/x");
    expect(globBase("*.txt")).toBe(".");
    expect(globBase("/*.txt")).toBe("/");
    expect(isGlob("/data/plain.txt")).toBe(false);
  });
});
