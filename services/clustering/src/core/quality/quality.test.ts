import { describe, expect, it } from "vitest";
import { chooseCommonWords, sampleWords } from "./common-words.js";
import { markupShare } from "./machine-text.js";
import { createRepetition, duplicateShare } from "./repetition.js";
import { qualityScore, rules, violations } from "./rules.js";
import { createSignals } from "./signals.js";

const common = new Set("the of and to in a is that for it as was with be by on not he this are".split(" "));

const prose = `The river rises in the hills to the north of the town and is fed by a number of small streams. In spring it
carries the melted snow of the whole range, and the mills that stand on its banks are at work day and night. By the end
of the summer it is so low that children cross it on foot, as their parents did before there was a bridge.`;

const code = `import { readFile } from "node:fs/promises";

// Reads a table of numbers, one row a line, and adds up each of the columns.
export async function columnSums(path: string): Promise<number[]> {
  const rows = (await readFile(path, "utf8")).split("\\n");
  const sums: number[] = [];
  for (const row of rows) {
    const cells = row.split(",").map(Number);
    cells.forEach((cell, column) => {
      sums[column] = (sums[column] ?? 0) + cell;
    });
  }
  return sums;
}`;

const junk = {
  minified: `!function(e,t){"object"==typeof exports?module.exports=t():e.q=t()}(this,function(){return function(e){var t={};function n(r){if(t[r])return t[r].exports;var o=t[r]={i:r,l:!1,exports:{}};return e[r].call(o.exports,o,o.exports,n),o.l=!0,o.exports}}})`,
  table: Array.from({ length: 20 }, (_, i) => `${i},${i * 7}.25,0.${i}31,198${i % 10}-01-0${i % 9},NA`).join("\n"),
  lock: Array.from(
    { length: 8 },
    (_, i) =>
      `"node_modules/p${i}": { "version": "1.${i}.0",\n  "integrity": "sha512-a8Zk3${i}Qw9x7Yt5Bv2Nm1Kp0Lr4Jh6Gf8Ds${i}Aq3We5Rt7Yu9==" },`,
  ).join("\n"),
  markup: `<div class="nav"><ul id="menu"><li><a href="/a">Home</a></li><li><a href="/b" class="item">News</a></li></ul></div>
<span class="ad" data-slot="3"></span><script src="/app.js" async></script><div class="footer"><p>Help</p></div>`,
  log: Array.from(
    { length: 12 },
    (_, i) =>
      `081109 2036${i}5 14${i} INFO dfs.DataNode$PacketResponder: blk_-16089${i}99687919862906 src: /10.250.19.102:54106`,
  ).join("\n"),
  licence: `Permission is hereby granted, free of charge, to any person obtaining a copy. The above copyright notice shall be
included. The software is provided "as is", without warranty of any kind, express or implied, including but not limited
to the warranties of merchantability and fitness for a particular purpose. In no event shall the authors be liable.`,
};

const signalsOf = createSignals(common);

function score(text: string): number {
  return qualityScore(violations(signalsOf(text)));
}

describe("qualityScore", () => {
  it("gives prose and program code nearly full marks", () => {
    expect(score(prose)).toBeGreaterThan(4.5);
    expect(score(code)).toBeGreaterThan(4.5);
  });

  it.each(Object.entries(junk))("puts %s below the default limit", (_, text) => {
    expect(score(text)).toBeLessThan(2.5);
  });

  it("does not take type parameters and comparisons for markup", () => {
    const generic = "function pick<T extends Named>(list: Map<string, Set<T>>, n: number): Array<T> | undefined";
    expect(markupShare(`${generic} { return a < b && c > d; }`)).toBe(0);
    expect(markupShare('<a href="/x">home</a>')).toBeCloseTo(17 / 21);
  });

  it("asks for the corpus's own common words, whatever the language", () => {
    const german =
      "Der Fluss entspringt in den Bergen und wird von vielen Bächen gespeist, die im Frühling den Schnee ".concat(
        "der ganzen Kette tragen, und die Mühlen an seinen Ufern arbeiten Tag und Nacht für die Stadt.",
      );
    const own = new Set(chooseCommonWords([sampleWords(german)]).stopWords);
    expect(qualityScore(violations(createSignals(own)(german)))).toBeGreaterThan(4.5);
    expect(score(german)).toBeLessThan(2.5);
  });

  it("stays between 0 and 5 for nothing, blanks and noise", () => {
    for (const text of ["", "   \n\n ", "\u0000\u0001", "a", "🙂".repeat(500)]) {
      expect(score(text)).toBeGreaterThanOrEqual(0);
      expect(score(text)).toBeLessThanOrEqual(5);
    }
  });

  it("names a source for every rule", () => {
    for (const rule of rules) expect(rule.source).not.toBe("");
  });
});

describe("repetition", () => {
  const repetitionOf = (text: string) => {
    const words = text.split(" ");
    const known = [...new Set(words)];
    return createRepetition()({
      count: words.length,
      numbers: Int32Array.from(words, (word) => known.indexOf(word)),
      lengths: Int32Array.from(words, (word) => word.length),
    });
  };

  it("counts the characters of repeated units", () => {
    expect(duplicateShare(["xx", "yyy", "xx"])).toBeCloseTo(2 / 7);
  });

  it("finds how much the most frequent runs of words cover", () => {
    expect(repetitionOf("a b c a b c d")).toMatchObject({ top2gram: 4 / 7, top4gram: 0 });
    expect(repetitionOf("a b c d a b c d e").top4gram).toBe(8 / 9);
  });

  it("counts overlapping repeated runs once", () => {
    // The second "b c d e f" and "c d e f g" overlap: six words of fourteen are covered.
    expect(repetitionOf("a b c d e f g h b c d e f g").duplicate5grams).toBe(6 / 14);
    expect(repetitionOf("a b c d e f g h b c d e f g").duplicate10grams).toBe(0);
  });
});

describe("documents in scripts without spaces", () => {
  it("are counted in the words of their dictionaries", () => {
    expect(signalsOf("我爱 Paris 东京")).toMatchObject({ words: 4, unspaced: 0.75 });
  });
});
