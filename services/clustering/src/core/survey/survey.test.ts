import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { spelledCounts } from "../naming/term-counts.js";
import type { Look } from "./look.js";
import { readSurvey } from "./stored-survey.js";
import { createSurvey, type Survey } from "./survey.js";

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
    "supreme",
    "Supreme",
    "court",
    "(court",
    "court)",
    "appeals",
    "low-tide",
    "`code`",
    "https://a.example/b",
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
const prose = fc
  .array(fc.tuple(pieces, separators), { maxLength: 40 })
  .map((parts) => parts.map(([piece, separator]) => piece + separator).join(""));
const lines = fc.constantFrom(
  "export function addEventListener(node: Node): void {",
  "  const parentNode = getParentNode(event, MOUSE_DOWN);",
  "  // the event of a supreme court",
  "  return parentNode.map((node) => node.firstChild ?? école);",
  "}",
  "# The supreme court of appeals",
  '"name": "event-listener",',
);
const code = fc.array(lines, { minLength: 2, maxLength: 30 }).map((some) => some.join("\n"));
const texts = fc.oneof({ arbitrary: prose, weight: 3 }, { arbitrary: code, weight: 1 });
const stopWords = fc
  .subarray(["the", "supreme", "event", "node", "of", "it's", "наука", "मैं", "东京", "ὀδος", "2nd", "ภาษา", "です"])
  .map((words) => new Set(words));

/** A look with its terms spelled; they are summed in their order, so it counts. */
const spelled = (
  { signals, form, terms: { terms, phrases, written } }: Look,
  { numbers }: Pick<Survey, "numbers">,
) => ({
  signals,
  form,
  terms: [terms, phrases, written].map((tally) => [...spelledCounts(tally, numbers)]),
});

describe("a survey that is read again", () => {
  it("is to the bit what looking at the texts with other stop words would see", () => {
    fc.assert(
      fc.property(fc.array(texts, { maxLength: 6 }), stopWords, stopWords, (some, before, now) => {
        const survey = createSurvey(before);
        for (const text of some) survey.look(text);
        const again = readSurvey(survey.bytes(), now);
        const anew = createSurvey(now);
        for (const text of some) expect(spelled(again.look(), again)).toEqual(spelled(anew.look(text), anew));
        expect(() => again.look()).toThrow(RangeError);
      }),
      { numRuns: 150 },
    );
  });

  it("has phrases across what is no stop word now, in running text, in code and in scripts without spaces", () => {
    const program =
      "const parentNode = event.node;\n// supreme court hearings\nif (parentNode === null) return listener;";
    const some = ["the Supreme Court of appeals", program, "机器学习的模型"];
    const survey = createSurvey(new Set(["court", "学习"]));
    for (const text of some) survey.look(text);
    const again = readSurvey(survey.bytes(), new Set(["the", "of", "node"]));
    const looks = some.map(() => spelled(again.look(), again));
    expect(looks.map(({ form }) => form)).toEqual([undefined, "JavaScript code", undefined]);
    expect(looks.map(({ terms: [, phrases] }) => phrases?.map(([phrase]) => phrase))).toEqual([
      ["supreme court"],
      ["parent node", "supreme court", "court hearings", "supreme court hearings"],
      ["机器 学习"],
    ]);
    expect(looks[0]?.terms[2]?.map(([form]) => form)).toEqual(["Supreme", "Court"]);
  });

  it("holds more words than are kept in mind, and one word many times", () => {
    const long = Array.from({ length: 132_000 }, (_, i) => `w${i.toString(36)} go`).join(" ");
    const survey = createSurvey(new Set());
    const looks = [long, "go go", ""].map((text) => spelled(survey.look(text), survey));
    const again = readSurvey(survey.bytes(), new Set());
    expect(looks.map(() => spelled(again.look(), again))).toEqual(looks);
    expect(readSurvey(survey.bytes(), new Set(["go"])).look().signals.commonWords).toBe(0.5);
  });
});
