import type { Item, TargetKind } from "../items.js";
import type { SourceRecord } from "../source-record.js";

/** How to read the objects of one benchmark, by its authors' own field names. */
export interface Format {
  readonly name: string;
  readonly kind: TargetKind;
  /** Fields that every object must have for the file to be taken for this format. */
  readonly fields: readonly string[];
  /** What else an object must be, when its field names alone do not tell. */
  readonly accepts?: (value: Readonly<Record<string, unknown>>) => boolean;
  /** @throws TargetError. */
  read(record: SourceRecord): Item[];
}

/** `answer` after `context`: on a new line after a finished sentence or question, else after a space. */
export function follow(context: string, answer: string): string {
  if (context === "" || /\s$/.test(context)) return answer;
  return /[.?!:]["')\]]*$/.test(context) ? `\n${answer}` : ` ${answer}`;
}

/** An item whose choices stand on a line of their own. */
export function onNewLine(context: string, choices: readonly string[], gold: number, group?: string): Item {
  const line = /\s$/.test(context) ? "" : "\n";
  return { context, choices: choices.map((choice) => line + choice), gold, ...(group ? { group } : {}) };
}
