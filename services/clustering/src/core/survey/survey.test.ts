import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readSurvey } from "./stored-survey.js";
import { createSurvey } from "./survey.js";

const pieces = fc.oneof(
  fc.constantFrom(
    "the",
    "The",
    "(of)",
    "of,",
    "NASA",
    "1905",
    "2nd",
    "…",
    "it's",
    "don’t",
    "state-of-the-art",
    "e\u0301",
  ),
  fc.constantFrom(
    "наука",
    "ὈΔΟΣ",
    "मैं",
    "我爱东京。",
    "ภาษาไทย",
    "\u0f40\u0f0b\u0f40",
    "日本語です",
    "🙂",
    "\ud800",
    "x\udc00y",
  ),
  fc.string({ maxLength: 6 }),
  fc.string({ unit: "binary", maxLength: 4 }),
);
const separators = fc.constantFrom(" ", " ", " ", "\n", "\n\n", "", "\t", "-", ", ");
const texts = fc
  .array(fc.tuple(pieces, separators), { maxLength: 40 })
  .map((parts) => parts.map(([piece, separator]) => piece + separator).join(""));
const stopWords = fc
  .subarray(["the", "of", "it's", "наука", "मैं", "东京", "ὀδος", "2nd", "ภาษา", "です"])
  .map((words) => new Set(words));

describe("a survey that is read again", () => {
  it("is to the bit what looking at the texts with other stop words would see", () => {
    fc.assert(
      fc.property(fc.array(texts, { maxLength: 6 }), stopWords, stopWords, (some, before, now) => {
        const survey = createSurvey(before);
        for (const text of some) survey.look(text);
        const again = readSurvey(survey.bytes(), now);
        const anew = createSurvey(now);
        for (const text of some) expect(again()).toEqual(anew.look(text));
        expect(again).toThrow(RangeError);
      }),
      { numRuns: 150 },
    );
  });

  it("holds more words than are kept in mind, and one word many times", () => {
    const long = Array.from({ length: 132_000 }, (_, i) => `w${i.toString(36)} go`).join(" ");
    const survey = createSurvey(new Set());
    const looks = [long, "go go", ""].map((text) => survey.look(text));
    const again = readSurvey(survey.bytes(), new Set());
    expect(looks.map(() => again())).toEqual(looks);
    expect(readSurvey(survey.bytes(), new Set(["go"]))().signals.commonWords).toBe(0.5);
  });
});
