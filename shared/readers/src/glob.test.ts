import fc from "fast-check";
import picomatch from "picomatch";
import { describe, expect, it } from "vitest";
import { globMatcher, isGlob } from "./glob.js";

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
  it.each([
    ["*", ".hidden", true],
    ["a/**", "a/b/c.txt", true],
    ["a/**", "a", false],
    ["**/b/*.txt", "b/c.txt", true],
    ["**/b/*.txt", "x/b/b/c.txt", true],
    ["{a,{b,c}d}.txt", "cd.txt", true],
    ["[!ab].txt", "c.txt", true],
    ["[!ab].txt", "a.txt", false],
    ["\\[v2\\].txt", "[v2].txt", true],
    ["a{b.txt", "a{b.txt", true],
    ["*ab*ba*", "xabay", false],
    ["*ab*ba*", "xabbay", true],
  ])("%s on %s: %s", (pattern, path, matches) => {
    expect(globMatcher(pattern)(path)).toBe(matches);
  });
  it("agree with picomatch", () => {
    const patterns = fc.array(fc.constantFrom("a", "b", "?", "*", "/", "[ab]", "{a,b}"), {
      minLength: 1,
      maxLength: 6,
    });
    const paths = fc.array(fc.constantFrom("a", "b", "/"), { minLength: 1, maxLength: 8 });
    const isPath = (path: string) => !/\/\/|^\/|\/$/.test(path);
    fc.assert(
      fc.property(
        patterns.map((parts) => parts.join("").replace(/\*+/g, "*")).filter(isPath),
        paths.map((parts) => parts.join("")).filter(isPath),
        (pattern, path) => {
          expect(globMatcher(pattern)(path)).toBe(picomatch(pattern, { dot: true, literalBrackets: false })(path));
        },
      ),
      { numRuns: 1000 },
    );
  });
  it("with many stars are through with long names that almost match in no time", () => {
    const name = "a".repeat(255);
    const matches = globMatcher("*a*a*a*a*a*a*a*ab");
    expect(Array.from({ length: 1000 }, (_, i) => matches(`${name}${i}`)).some(Boolean)).toBe(false);
    expect(matches(`${name}b`)).toBe(true);
    const deep = globMatcher("**/a*a*a/**/a*a/**/*a*b/**/*c");
    expect(deep(`${"aaaaaaa/".repeat(100)}x`)).toBe(false);
  }, 1000);
  it("of more choices than anybody means are refused", () => {
    expect(() => globMatcher("{a,b}".repeat(20))).toThrow("more than 1000 patterns");
  });
  it("are told by their wildcards", () => {
    expect([isGlob("/data/plain.txt"), isGlob("/data/*.txt")]).toEqual([false, true]);
  });
});
