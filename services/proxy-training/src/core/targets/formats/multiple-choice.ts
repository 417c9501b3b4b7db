import {
  indexField,
  isObject,
  isTexts,
  labelField,
  optionalText,
  type SourceRecord,
  textField,
  textsField,
  wrong,
} from "../source-record.js";
import { type Format, follow, onNewLine } from "./format.js";

/** The multiple-choice benchmarks, most telling field names first. */
export const MULTIPLE_CHOICE_FORMATS: readonly Format[] = [
  {
    name: "ARC, CommonsenseQA or OpenBookQA as published",
    kind: "multiple-choice",
    fields: ["question", "answerKey"],
    accepts: ({ question }) => isObject(question),
    read(record) {
      const question = { ...record, value: record.value.question as Record<string, unknown> };
      const stem = textField(question, "stem");
      const choices = question.value.choices;
      if (!Array.isArray(choices) || !choices.every(isLabelledText)) {
        throw wrong(record, "question.choices", 'a list of {"label", "text"}', choices);
      }
      const labels = choices.map(({ label }) => label);
      const texts = choices.map(({ text }) => follow(stem, text));
      return [{ context: stem, choices: texts, gold: labelField(record, "answerKey", labels) }];
    },
  },
  {
    name: "ARC or CommonsenseQA",
    kind: "multiple-choice",
    fields: ["question", "choices", "answerKey"],
    read: (record) => [labelledChoices(record, "question")],
  },
  {
    name: "OpenBookQA",
    kind: "multiple-choice",
    fields: ["question_stem", "choices", "answerKey"],
    read: (record) => [labelledChoices(record, "question_stem")],
  },
  {
    name: "BoolQ",
    kind: "multiple-choice",
    fields: ["question", "passage", "answer"],
    read(record) {
      const answer = record.value.answer;
      if (typeof answer !== "boolean") throw wrong(record, "answer", "true or false", answer);
      const question = textField(record, "question").replace(/\?*$/, "?");
      return [onNewLine(`${textField(record, "passage")}\n${question}`, ["no", "yes"], answer ? 1 : 0)];
    },
  },
  {
    name: "SciQ",
    kind: "multiple-choice",
    fields: ["question", "correct_answer", "distractor1", "distractor2", "distractor3"],
    read(record) {
      const support = optionalText(record, "support").trim();
      const question = textField(record, "question");
      const names = ["distractor1", "distractor2", "distractor3", "correct_answer"];
      const context = support === "" ? question : `${support}\n${question}`;
      const choices = names.map((name) => textField(record, name));
      return [onNewLine(context, choices, 3)];
    },
  },
  {
    name: "SIQA",
    kind: "multiple-choice",
    fields: ["context", "question", "answerA", "answerB", "answerC"],
    read(record) {
      const context = `${textField(record, "context")} ${textField(record, "question")}`;
      const choices = ["answerA", "answerB", "answerC"].map((name) => textField(record, name));
      // "correct" with a letter in the authors' own lines, "label" with 1–3 on the hub.
      const gold =
        "correct" in record.value ? labelField(record, "correct", ["A", "B", "C"]) : indexField(record, "label", 3, 1);
      return [onNewLine(context, choices, gold)];
    },
  },
  {
    name: "PIQA",
    kind: "multiple-choice",
    fields: ["goal", "sol1", "sol2"],
    read: (record) => [
      onNewLine(
        textField(record, "goal"),
        [textField(record, "sol1"), textField(record, "sol2")],
        indexField(record, "label", 2),
      ),
    ],
  },
  {
    name: "HellaSwag",
    kind: "multiple-choice",
    fields: ["ctx", "endings"],
    read(record) {
      const activity = optionalText(record, "activity_label");
      const endings = textsField(record, "endings");
      const context = withoutMarks(`${activity === "" ? "" : `${activity}: `}${textField(record, "ctx")}`);
      const choices = endings.map((ending) => ` ${withoutMarks(ending)}`);
      return [{ context, choices, gold: indexField(record, "label", endings.length) }];
    },
  },
  {
    name: "WinoGrande",
    kind: "multiple-choice",
    fields: ["sentence", "option1", "option2"],
    read(record) {
      const sentence = textField(record, "sentence");
      const [before, after, ...more] = sentence.split("_");
      if (before === undefined || after === undefined || more.length > 0) {
        throw wrong(record, "sentence", "one gap, written _", sentence);
      }
      // Each option is put in the gap and the rest of the sentence is scored with it.
      const context = before.trimEnd();
      const space = before === context ? "" : " ";
      const choices = ["option1", "option2"].map((name) => `${space}${textField(record, name)}${after}`);
      return [{ context, choices, gold: indexField(record, "answer", 2, 1) }];
    },
  },
  {
    name: "COPA",
    kind: "multiple-choice",
    fields: ["premise", "choice1", "choice2", "question"],
    read(record) {
      const link = ["because", "so"][labelField(record, "question", ["cause", "effect"])];
      const context = `${textField(record, "premise").trim().replace(/\.$/, "")} ${link}`;
      const choices = ["choice1", "choice2"].map((name) => ` ${lowerFirst(textField(record, name))}`);
      return [{ context, choices, gold: indexField(record, "label", 2) }];
    },
  },
  {
    name: "RACE",
    kind: "multiple-choice",
    fields: ["article", "question", "options", "answer"],
    read(record) {
      const context = `${textField(record, "article")}\n${textField(record, "question")}`;
      const options = textsField(record, "options");
      return [onNewLine(context, options, labelField(record, "answer", LETTERS.slice(0, options.length)))];
    },
  },
  {
    name: "MMLU",
    kind: "multiple-choice",
    fields: ["question", "choices", "answer"],
    accepts: ({ choices }) => Array.isArray(choices),
    read(record) {
      const choices = textsField(record, "choices");
      const letters = LETTERS.slice(0, choices.length);
      const gold = letters.includes(String(record.value.answer))
        ? labelField(record, "answer", letters)
        : indexField(record, "answer", choices.length);
      return [onNewLine(textField(record, "question"), choices, gold, optionalText(record, "subject"))];
    },
  },
  {
    name: "multiple choice of llm-foundry",
    kind: "multiple-choice",
    fields: ["query", "choices", "gold"],
    read(record) {
      const query = textField(record, "query");
      const choices = textsField(record, "choices").map((choice) => (/\s$/.test(query) ? choice : ` ${choice}`));
      return [{ context: query, choices, gold: indexField(record, "gold", choices.length) }];
    },
  },
];

const LETTERS = ["A", "B", "C", "D", "E", "F", "G", "H"];

function labelledChoices(record: SourceRecord, field: string) {
  const context = textField(record, field);
  const choices = record.value.choices;
  if (!isObject(choices) || !isTexts(choices.text) || !isTexts(choices.label)) {
    throw wrong(record, "choices", 'an object {"text": [...], "label": [...]}', choices);
  }
  const gold = labelField(record, "answerKey", choices.label);
  return { context, choices: choices.text.map((text) => follow(context, text)), gold };
}

function isLabelledText(value: unknown): value is { label: string; text: string } {
  return isObject(value) && typeof value.label === "string" && typeof value.text === "string";
}

/** HellaSwag's WikiHow half carries marks such as [title], [header] and [step]. */
function withoutMarks(text: string): string {
  return text
    .replace(/\s*\[title\]\s*/g, ". ")
    .replace(/\s*\[[a-z]+\]\s*/g, " ")
    .replace(/^[.\s]+/, "")
    .replace(/\s+/g, " ")
    .trim();
}

function lowerFirst(text: string): string {
  // "I" stays: it is a word of its own.
  return /^I\b/.test(text) ? text : text.charAt(0).toLowerCase() + text.slice(1);
}
