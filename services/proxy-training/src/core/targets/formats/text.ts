import type { Item } from "../items.js";
import { textField } from "../source-record.js";
import type { Format } from "./format.js";

/** UTF-16 units of a passage at most: several windows of a small proxy, and small beside a sample of 100 KB. */
const PASSAGE_UNITS = 2000;

/** Objects with a text: {"text": "…"}. */
export const TEXT_FORMAT: Format = {
  name: "text",
  kind: "text",
  fields: ["text"],
  read: (record) => textItems(textField(record, "text")),
};

/** Text as items of at most 2,000 UTF-16 units, cut after line ends if possible, else after spaces. Blank ones go. */
export function textItems(text: string): Item[] {
  const items: Item[] = [];
  for (let start = 0; start < text.length; ) {
    const end = start + PASSAGE_UNITS >= text.length ? text.length : cutBefore(text, start, start + PASSAGE_UNITS);
    const passage = text.slice(start, end);
    if (passage.trim() !== "") items.push({ context: "", choices: [passage], gold: 0 });
    start = end;
  }
  return items;
}

function cutBefore(text: string, start: number, limit: number): number {
  for (const separator of ["\n", " "]) {
    const position = text.lastIndexOf(separator, limit - 1);
    if (position > start) return position + 1;
  }
  const code = text.charCodeAt(limit - 1);
  const splitsPair = code >= 0xd800 && code <= 0xdbff;
  return splitsPair ? limit - 1 : limit;
}
