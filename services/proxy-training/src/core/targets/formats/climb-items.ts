import { indexField, isTexts, optionalText, wrong } from "../source-record.js";
import type { Format } from "./format.js";

/** Climb's own form, one item a line: {"context", "choices", "gold", "group"}. */
export const CLIMB_ITEMS: Format = {
  name: "Climb items",
  kind: "multiple-choice",
  fields: ["context", "choices", "gold"],
  read(record) {
    const { choices } = record.value;
    if (!isTexts(choices) || choices.length === 0) throw wrong(record, "choices", "a list of texts", choices);
    const group = optionalText(record, "group");
    const gold = indexField(record, "gold", choices.length);
    return [{ context: optionalText(record, "context"), choices, gold, ...(group ? { group } : {}) }];
  },
};
