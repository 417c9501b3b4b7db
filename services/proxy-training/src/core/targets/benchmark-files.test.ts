import { existsSync, readdirSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { readTarget } from "./read-target.js";

/** The real benchmark files beside the repository; too large, and not ours, to be in it. */
const FOLDER = new URL("../../../../../../shared/tasks/", import.meta.url);

/** Items in each file, counted by its collector. */
const EXPECTED: Record<string, [kind: string, items: number]> = {
  "arc_challenge.validation": ["multiple-choice", 299],
  "arc_easy.validation": ["multiple-choice", 570],
  "boolq.validation": ["multiple-choice", 3270],
  "openbookqa.validation": ["multiple-choice", 500],
  "winogrande_xl.validation": ["multiple-choice", 1267],
  "copa.validation": ["multiple-choice", 100],
  "commonsense_qa.validation": ["multiple-choice", 1221],
  "piqa.valid": ["multiple-choice", 1838],
  "hellaswag.validation": ["multiple-choice", 10042],
  "lambada_openai.test": ["question-answer", 5153],
  "gsm8k.test": ["question-answer", 1319],
  "mmlu.validation": ["multiple-choice", 1531],
  "mmlu.dev": ["multiple-choice", 285],
  "mmlu.test": ["multiple-choice", 14042],
  "math_simple_soln.test": ["question-answer", 3096],
  "jeopardy_all.llmfoundry": ["question-answer", 2117],
  "human_eval.llmfoundry": ["question-answer", 164],
  "agi_eval_lsat_rc.llmfoundry": ["multiple-choice", 268],
  "logi_qa.llmfoundry": ["multiple-choice", 651],
  "bigbench_qa_wikidata.llmfoundry": ["question-answer", 20321],
};

const present = existsSync(FOLDER);

describe("the benchmark files", () => {
  if (!present) {
    it("are not beside this checkout: the readers are tested on their own examples only", () => {
      console.info("../shared/tasks is absent: no real benchmark file was read.");
    });
    return;
  }

  it("all load, every item of every file", () => {
    const files = readdirSync(FOLDER).filter((name) => name.endsWith(".jsonl.gz"));
    const found = Object.fromEntries(
      files.map((name) => {
        const target = readTarget([{ file: name, text: readText(name) }]);
        return [name.replace(".jsonl.gz", ""), [target.kind, target.found]];
      }),
    );
    expect(found).toEqual(EXPECTED);
  });

  it("of MMLU fall into the four groups without rest", () => {
    const file = { file: "mmlu.jsonl", text: readText("mmlu.test.jsonl.gz") };
    const sizes = ["STEM", "Humanities", "Social Sciences", "Other"].map(
      (group) => readTarget([file], { group }).found,
    );
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(14042);
    // The humanities of the test part, as published evaluations count them.
    expect(sizes[1]).toBe(4705);
  });
});

function readText(name: string): string {
  return gunzipSync(readFileSync(new URL(name, FOLDER))).toString("utf8");
}
