import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { END_OF_TEXT } from "../tokenizer/tokenizer.js";
import { encodeItems, encodeTarget } from "./encode-items.js";
import type { Item } from "./items.js";
import { readTarget } from "./read-target.js";
import { itemBytes, sampleItems, utf8Length } from "./sample-items.js";

const read = (value: unknown, options = {}) => readTarget([{ file: "t.jsonl", text: JSON.stringify(value) }], options);

/** One object of each benchmark with its authors' field names, and the item that it is. */
const EXAMPLES: [string, unknown, Item][] = [
  [
    "ARC",
    { id: "1", question: "What falls?", choices: { text: ["Rain", "Light"], label: ["1", "2"] }, answerKey: "2" },
    { context: "What falls?", choices: ["\nRain", "\nLight"], gold: 1 },
  ],
  [
    "ARC, CommonsenseQA and OpenBookQA as published",
    {
      id: "1",
      question: {
        stem: "Sharks are",
        choices: [
          { label: "A", text: "fish" },
          { label: "B", text: "birds" },
        ],
      },
      answerKey: "A",
    },
    { context: "Sharks are", choices: [" fish", " birds"], gold: 0 },
  ],
  [
    "OpenBookQA",
    { id: "1", question_stem: "Sharks are", choices: { text: ["fish", "birds"], label: ["A", "B"] }, answerKey: "A" },
    { context: "Sharks are", choices: [" fish", " birds"], gold: 0 },
  ],
  [
    "BoolQ",
    { question: "is snow white", title: "Snow", passage: "Snow is white.", answer: true },
    { context: "Snow is white.\nis snow white?", choices: ["\nno", "\nyes"], gold: 1 },
  ],
  [
    "SciQ",
    { question: "Q?", distractor1: "a", distractor2: "b", distractor3: "c", correct_answer: "d", support: "S." },
    { context: "S.\nQ?", choices: ["\na", "\nb", "\nc", "\nd"], gold: 3 },
  ],
  [
    "SIQA",
    { context: "Ann ran.", question: "Why?", answerA: "x", answerB: "y", answerC: "z", label: "3" },
    { context: "Ann ran. Why?", choices: ["\nx", "\ny", "\nz"], gold: 2 },
  ],
  [
    "PIQA",
    { goal: "Boil water", sol1: "heat", sol2: "cool", label: 0 },
    { context: "Boil water", choices: ["\nheat", "\ncool"], gold: 0 },
  ],
  [
    "HellaSwag",
    {
      ind: 1,
      activity_label: "Bread",
      ctx: "[header] Bake it [title] Mix flour. You",
      endings: ["eat.", "wait. [step] Go."],
      label: "1",
    },
    { context: "Bread: Bake it. Mix flour. You", choices: [" eat.", " wait. Go."], gold: 1 },
  ],
  [
    "WinoGrande",
    { sentence: "Ann met Bo because _ was late.", option1: "Ann", option2: "Bo", answer: "2" },
    { context: "Ann met Bo because", choices: [" Ann was late.", " Bo was late."], gold: 1 },
  ],
  [
    "COPA",
    { premise: "It rained.", choice1: "I got wet.", choice2: "The sun shone.", question: "effect", label: 0 },
    { context: "It rained so", choices: [" I got wet.", " the sun shone."], gold: 0 },
  ],
  [
    "RACE",
    { article: "A.", question: "Q?", options: ["x", "y"], answer: "B" },
    { context: "A.\nQ?", choices: ["\nx", "\ny"], gold: 1 },
  ],
  [
    "MMLU",
    { question: "1+1?", subject: "college_mathematics", choices: ["1", "2"], answer: 1 },
    { context: "1+1?", choices: ["\n1", "\n2"], gold: 1, group: "college_mathematics" },
  ],
  [
    "llm-foundry choices",
    { query: "Q\nAnswer:", choices: ["A", "B"], gold: 1 },
    { context: "Q\nAnswer:", choices: [" A", " B"], gold: 1 },
  ],
  [
    "HumanEval",
    { task_id: "H/1", prompt: "def f():\n", canonical_solution: "    return 1\n", test: "", entry_point: "f" },
    { context: "def f():\n", choices: ["    return 1\n"], gold: 0 },
  ],
  [
    "MATH",
    { problem: "P", level: "Level 1", type: "Algebra", solution: "S" },
    { context: "P", choices: ["\nS"], gold: 0, group: "Algebra" },
  ],
  ["LAMBADA", { context: "I lost my", continuation: "keys" }, { context: "I lost my", choices: [" keys"], gold: 0 }],
  [
    "Jeopardy",
    { context: "ART: He cut his ear", continuation: "Van Gogh", category: "art" },
    { context: "ART: He cut his ear", choices: ["\nVan Gogh"], gold: 0, group: "art" },
  ],
  [
    "MATH of llm-foundry",
    { context: "2+2?", answer: "4", chain_of_thought: "2+2=4", category: "algebra" },
    { context: "2+2?", choices: ["\n2+2=4"], gold: 0, group: "algebra" },
  ],
  [
    "GSM8K",
    { question: "2 and 2?", answer: "2+2=<<2+2=4>>4\n#### 4" },
    { context: "2 and 2?", choices: ["\n2+2=4\n#### 4"], gold: 0 },
  ],
  ["text", { text: "Once." }, { context: "", choices: ["Once."], gold: 0 }],
  [
    "Climb's own items",
    { context: "c", choices: ["a", "b"], gold: 1, group: "g" },
    { context: "c", choices: ["a", "b"], gold: 1, group: "g" },
  ],
];

describe("reading targets", () => {
  it.each(EXAMPLES)("reads %s by its authors' field names", (_, value, item) => {
    expect(read(value).items).toEqual([item]);
  });

  it("reads what it wrote: items as JSON lines give the same items and kind", () => {
    for (const [, value] of EXAMPLES) {
      const { kind, items } = read(value);
      expect(read(items[0])).toMatchObject({ kind, items });
    }
  });

  it("uses questions with choices as questions with one answer or as text, if told so", () => {
    const piqa = { goal: "Boil", sol1: "heat", sol2: "cool", label: 1 };
    expect(read(piqa, { kind: "question-answer" }).items).toEqual([{ context: "Boil", choices: ["\ncool"], gold: 0 }]);
    expect(read(piqa, { kind: "text" }).items).toEqual([{ context: "", choices: ["Boil\ncool"], gold: 0 }]);
    expect(() => read({ text: "x" }, { kind: "multiple-choice" })).toThrow("t.jsonl: expected items with two or more");
  });

  it("keeps one MMLU subject, or one of the four groups however it is written", () => {
    const lines = ["college_physics", "sociology", "professional_law", "nutrition"].map((subject) =>
      JSON.stringify({ question: subject, subject, choices: ["1", "2"], answer: 0 }),
    );
    const file = { file: "mmlu.jsonl", text: lines.join("\n") };
    const contexts = (group: string) => readTarget([file], { group }).items.map(({ context }) => context);
    expect(contexts("sociology")).toEqual(["sociology"]);
    expect(contexts("STEM")).toEqual(["college_physics"]);
    expect(contexts("Social Sciences")).toEqual(["sociology"]);
    expect(contexts("humanities")).toEqual(["professional_law"]);
    expect(contexts("other")).toEqual(["nutrition"]);
    expect(() => contexts("poetry")).toThrow(
      'mmlu.jsonl: expected items of group "poetry", found the groups college_physics, nutrition',
    );
  });

  it("tells JSON lines without an ending from text that looks a little like them", () => {
    const line = JSON.stringify({ question: "Q?", answer: "A" });
    expect(readTarget([{ file: "5c1d", text: `\ufeff\n${line}\n${line}` }])).toMatchObject({ found: 2 });
    for (const text of ["{braces} begin this text", '{\n  "a": 1\n}', "[1] A note", '"a": 1']) {
      expect(readTarget([{ file: "5c1d", text }])).toMatchObject({ kind: "text", found: 1 });
    }
  });

  it("reads a JSON list, several files, a byte-order mark and plain text", () => {
    const list = { file: "a.json", text: '\ufeff[{"text":"one"},{"text":"two"}]' };
    const plain = { file: "b.md", text: "# Three\n\nlines\n" };
    expect(readTarget([list, plain]).items.map(({ choices }) => choices[0])).toEqual([
      "one",
      "two",
      "# Three\n\nlines\n",
    ]);
  });

  it("cuts long text into passages that together are the text", () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: "grapheme", maxLength: 900 }), { minLength: 1, maxLength: 9 }),
        (parts) => {
          const text = `x${parts.join("\n")}`;
          const { items } = readTarget([{ file: "a.txt", text }], { maxBytes: Number.POSITIVE_INFINITY });
          const joined = items.map(({ choices }) => choices[0]).join("");
          expect(joined.replace(/\s/g, "")).toBe(text.replace(/\s/g, ""));
          for (const { choices } of items) expect(choices[0]?.length).toBeLessThanOrEqual(2000);
        },
      ),
      { seed: 1, numRuns: 60 },
    );
  });

  it.each([
    ["", "t.jsonl: expected at least one item, found none"],
    ["\n\n", "t.jsonl: expected at least one item, found none"],
    ['{"text":"a"}\n{"text', 't.jsonl, line 2: expected JSON, found "{\\"text"'],
    ['{"text":"a"}\n\n{"text":""}', 't.jsonl, line 3, field "text": expected text, found ""'],
    ["[1]", "t.jsonl, entry 1: expected a JSON object, found 1"],
    ['{"prompt":"a"}', "t.jsonl, line 1: found the fields prompt: expected those of a known benchmark"],
    ['{"goal":"g","sol1":"a","sol2":"b"}', 'line 1, field "label": expected a whole number from 0 to 1, found nothing'],
    [
      '{"question":"q","choices":{"text":["a","b"],"label":["A","B"]},"answerKey":"E"}',
      'line 1, field "answerKey": expected one of A, B, found "E"',
    ],
    ['{"sentence":"no gap","option1":"a","option2":"b","answer":"1"}', 'field "sentence": expected one gap, written _'],
    [
      '{"question":"q","choices":["a"],"answer":0}',
      'field "choices": expected a list of two or more texts, found ["a"]',
    ],
  ])("names the place and the fault of %j", (text, message) => {
    expect(() => readTarget([{ file: "t.jsonl", text }])).toThrow(message);
  });

  it("refuses a binary file given as text", () => {
    expect(() => readTarget([{ file: "a.txt", text: "PK\u0000" }])).toThrow("a.txt: found a NUL byte, expected text");
  });
});

describe("the sample", () => {
  const items = Array.from(
    { length: 300 },
    (_, i): Item => ({ context: "é".repeat(i % 7), choices: [`no ${i}`, `${i}`], gold: 1 }),
  );

  it("is the same for the same seed, in the old order, and within the limit", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 20, max: 4000 }),
        fc.integer({ min: 1, max: 400 }),
        fc.nat(),
        (maxBytes, maxItems, seed) => {
          const sample = sampleItems(items, { maxBytes, maxItems, seed });
          expect(sampleItems(items, { maxBytes, maxItems, seed })).toEqual(sample);
          expect(sample.length).toBeLessThanOrEqual(maxItems);
          expect(sample.reduce((sum, item) => sum + itemBytes(item), 0)).toBeLessThanOrEqual(maxBytes);
          const places = sample.map((item) => items.indexOf(item));
          expect(places).toEqual([...places].sort((a, b) => a - b));
        },
      ),
      { seed: 1, numRuns: 50 },
    );
  });

  it("holds one item even when that is more than the limit, and all when there is none", () => {
    expect(sampleItems(items, { maxBytes: 0 })).toHaveLength(1);
    expect(sampleItems(items, { maxBytes: Number.POSITIVE_INFINITY })).toEqual(items);
  });
});

describe("encoding", () => {
  const bytes = { endOfText: END_OF_TEXT, encode: (text: string) => Uint16Array.from(new TextEncoder().encode(text)) };
  const item: Item = { context: "où", choices: [" ici", " là", "\nhier"], gold: 1, group: "g" };

  it("gives a sequence for each choice, the same up to the answer, and the bytes that count", () => {
    const [full] = encodeItems([item], bytes);
    expect(full?.sequences.map((sequence) => [...sequence.subarray(0, 4)])).toEqual(
      Array(3).fill([256, 111, 195, 185]),
    );
    expect(full).toMatchObject({
      gold: 1,
      answerStart: 4,
      scoredStart: 1,
      scoredBytes: 7,
      answerBytes: [4, 4, 5],
      group: "g",
    });
    const [answer] = encodeItems([item], bytes, "answer");
    expect(answer).toMatchObject({ scoredStart: 4, scoredBytes: 4 });
  });

  it("scores as many bytes as the text has", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), fc.string({ unit: "grapheme", minLength: 1 }), (context, answer) => {
        const [encoded] = encodeItems([{ context, choices: [answer], gold: 0 }], bytes);
        expect(encoded?.scoredBytes).toBe(utf8Length(context + answer));
        expect((encoded?.sequences[0]?.length ?? 0) - 1).toBe(encoded?.scoredBytes);
      }),
      { seed: 1, numRuns: 100 },
    );
  });

  it("sums the bytes of a target, takes text as a whole, and refuses a target without text", () => {
    const text: Item = { context: "", choices: ["abc"], gold: 0 };
    const target = encodeTarget({ name: "t", kind: "text", items: [text, text], score: "answer" }, bytes);
    expect(target).toMatchObject({ name: "t", kind: "text", scoredBytes: 6 });
    expect(() => encodeTarget({ name: "t", kind: "text", items: [] }, bytes)).toThrow(
      "target t: expected text to score",
    );
  });
});
