import { optionalText, type SourceRecord, textField } from "../source-record.js";
import { type Format, onNewLine } from "./format.js";

/** The benchmarks with one right answer, most telling field names first. */
export const QUESTION_ANSWER_FORMATS: readonly Format[] = [
  {
    name: "HumanEval",
    kind: "question-answer",
    fields: ["prompt", "canonical_solution"],
    read: (record) => [
      { context: textField(record, "prompt"), choices: [textField(record, "canonical_solution")], gold: 0 },
    ],
  },
  {
    name: "MATH",
    kind: "question-answer",
    fields: ["problem", "solution"],
    read: (record) => [
      onNewLine(textField(record, "problem"), [textField(record, "solution")], 0, optionalText(record, "type")),
    ],
  },
  {
    name: "Jeopardy of llm-foundry",
    kind: "question-answer",
    fields: ["context", "continuation", "category"],
    read: (record) => [
      onNewLine(textField(record, "context"), [textField(record, "continuation")], 0, textField(record, "category")),
    ],
  },
  {
    name: "context and continuation (LAMBADA, BIG-bench of llm-foundry)",
    kind: "question-answer",
    fields: ["context", "continuation"],
    read: (record) => [continued(textField(record, "context"), textField(record, "continuation"))],
  },
  {
    name: "context and answer of llm-foundry",
    kind: "question-answer",
    fields: ["context", "answer"],
    read(record) {
      // The worked solution holds the answer and says more of a small model than a bare number.
      const worked = optionalText(record, "chain_of_thought");
      const answer = worked.trim() === "" ? textField(record, "answer") : worked;
      return [onNewLine(textField(record, "context"), [answer], 0, optionalText(record, "category"))];
    },
  },
  {
    name: "question and answer (GSM8K)",
    kind: "question-answer",
    fields: ["question", "answer"],
    accepts: ({ answer }) => typeof answer === "string",
    read: (record) => [onNewLine(textField(record, "question"), [withoutCalculator(record)], 0)],
  },
];

function continued(context: string, continuation: string) {
  return { context, choices: [/\s$/.test(context) ? continuation : ` ${continuation}`], gold: 0 };
}

/** GSM8K marks its sums for a calculator, <<16-3-4=9>>9: nobody writes so. */
function withoutCalculator(record: SourceRecord): string {
  return textField(record, "answer").replace(/<<[^<>]*>>/g, "");
}
