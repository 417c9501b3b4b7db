import { CLIMB_ITEMS } from "./formats/climb-items.js";
import type { Format } from "./formats/format.js";
import { MULTIPLE_CHOICE_FORMATS } from "./formats/multiple-choice.js";
import { QUESTION_ANSWER_FORMATS } from "./formats/question-answer.js";
import { TEXT_FORMAT } from "./formats/text.js";
import type { SourceRecord } from "./source-record.js";
import { TargetError } from "./target-error.js";

/** Every form that a target file can have; the first whose fields are all there is taken. */
export const FORMATS: readonly Format[] = [
  ...MULTIPLE_CHOICE_FORMATS,
  CLIMB_ITEMS,
  ...QUESTION_ANSWER_FORMATS,
  TEXT_FORMAT,
];

/** The format of a file, from its first objects. @throws TargetError naming the fields found, when none fits. */
export function detectFormat(records: readonly SourceRecord[]): Format {
  const [first] = records;
  if (first === undefined) throw new RangeError("detectFormat needs at least one object");
  const format = FORMATS.find(({ fields, accepts }) =>
    records.every(({ value }) => fields.every((field) => field in value) && (accepts?.(value) ?? true)),
  );
  if (format !== undefined) return format;
  throw new TargetError(
    first.file,
    first.place,
    undefined,
    `found the fields ${Object.keys(first.value).join(", ") || "(none)"}: expected those of a known benchmark ` +
      '(such as "question", "choices", "answerKey"), or "context" and "continuation", or "text"',
  );
}
