import { seeded } from "@climb/numeric";
import { describe, expect, it } from "vitest";
import { chooseCommonWords, sampleWords } from "./common-words.js";
import { qualityScore, violations } from "./rules.js";
import { createSignals } from "./signals.js";

// Function words that hold sentences together, and pieces of longer words, of five languages in four scripts.
const languages = {
  english: [
    "the of and to in a is that it for was on are with as",
    "riv mount cit bridg wint harv mus fest wood ston lak field",
  ],
  german: [
    "der die und in den von zu das mit sich des auf ist im dem",
    "Fluss Berg Stadt Brück Wint Ernte Musik Wald Stein See Feld Haus",
  ],
  russian: ["и в не на я что он с как это но они мы из за", "рек гор город мост зим урож музык лес кам озер пол дом"],
  arabic: [
    "في من على أن إلى هذا عن التي كان مع لا ما هو قد بعد",
    "نهر جبل مدين جسر شتاء حصاد موسيق غاب حجر بحير حقل بيت",
  ],
  chinese: ["的 一 是 在 了 有 和 人 这 中 不 上 我 们 来", "河 山 城 桥 冬 收 音 乐 水 木 火 土 金 石 田"],
} as const;

function documents(language: keyof typeof languages, count: number): string[] {
  const random = seeded(language);
  const [glue, topic] = languages[language].map((list) => list.split(" ")) as [string[], string[]];
  const pick = (list: string[]) => list[random.int(list.length)] as string;
  const unspaced = language === "chinese";
  // Chinese content: any of 800 characters; elsewhere two pieces as one word.
  const content = () =>
    unspaced ? String.fromCharCode(0x5100 + random.int(800)) : pick(topic) + pick(topic).toLowerCase();
  return Array.from({ length: count }, () =>
    Array.from({ length: 8 }, () => {
      const words = Array.from({ length: 14 }, () => (random.float() < 0.4 ? pick(glue) : content()));
      return `${words.join(unspaced ? "" : " ")}${unspaced ? "。" : "."}`;
    }).join("\n"),
  );
}

/** Lists without function words, as search-engine spam and exports have them. */
const tables = Array.from({ length: 40 }, (_, i) =>
  Array.from({ length: 30 }, (_, j) => `${i * 977 + j * 31},${(i * j * 7919) % 1000},x${j},${i}.${j}`).join("\n"),
);

function meanQuality(texts: readonly string[], stopWords: readonly string[]): number {
  const signalsOf = createSignals(new Set(stopWords));
  const scores = texts.map((text) => qualityScore(violations(signalsOf(text))));
  return scores.reduce((sum, score) => sum + score, 0) / scores.length;
}

describe("the common words of a corpus", () => {
  it("are those of each of its languages, also of those that few documents are written in", () => {
    const corpus = {
      english: documents("english", 400),
      german: documents("german", 60),
      russian: documents("russian", 20),
      arabic: documents("arabic", 8),
      chinese: documents("chinese", 12),
    };
    const samples = [...Object.values(corpus).flat(), ...tables].map(sampleWords);
    const { stopWords } = chooseCommonWords(samples);
    for (const [language, texts] of Object.entries(corpus)) {
      expect(meanQuality(texts, stopWords), language).toBeGreaterThan(4.4);
    }
    expect(meanQuality(tables, stopWords)).toBeLessThan(2.5);
    expect(stopWords.some((word) => /\d/.test(word))).toBe(false);
  });

  it("make no language of a few stray documents, which stay foreign", () => {
    const english = documents("english", 400);
    const stray = documents("russian", 3);
    const { stopWords } = chooseCommonWords([...english, ...stray].map(sampleWords));
    expect(stopWords.some((word) => /\p{Script=Cyrillic}/u.test(word))).toBe(false);
    expect(meanQuality(stray, stopWords)).toBeLessThan(2.5);
  });
});
