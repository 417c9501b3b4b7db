import type { Message } from "@bufbuild/protobuf";
import { type Path, pathToString } from "@bufbuild/protobuf/reflect";
import type { Violation } from "@bufbuild/protovalidate";
import { valueAt } from "./negative-zero.js";
import type { Breach } from "./rules.js";

/** Of a text in a message: nobody needs to read more of what they sent. */
const SHOWN_CHARACTERS = 100;

/** What a violation says in our words: the field, what is there, what may be there. */
export function breachOf(message: Message, { field, ruleId, message: says, forKey }: Violation): Breach {
  return {
    field: cut(pathToString(field)),
    found: forKey ? foundKey(field) : wordsFor(valueAt(message, field)),
    expected: EXPECTED[ruleId] ?? inOurWords(says),
  };
}

/** The library's sentences begin with "must be" and the like, which "expected" says already. */
function inOurWords(says: string): string {
  return says
    .replace(/^(map )?must( be| contain| match)? /, "")
    .replace(/^does not match regex pattern /, "a text that matches ")
    .replace(/^greater than or equal to (\S+) and less than or equal to (\S+)$/, "$1 to $2")
    .replace(/greater than or equal to /, "at least ")
    .replace(/less than or equal to /, "at most ")
    .replace("item(s)", "items");
}

const EXPECTED: Record<string, string> = {
  required: "a value",
  "enum.defined_only": "a value that the contract names",
  "double.finite": "a finite number",
};

function foundKey(path: Path): string {
  const last = path.at(-1);
  return last?.kind === "map_sub" ? `the key ${wordsFor(String(last.key))}` : "a key";
}

function wordsFor(value: unknown): string {
  if (value === undefined) return "nothing";
  if (typeof value === "string") return quoted(value);
  if (Object.is(value, -0)) return "-0";
  if (Array.isArray(value)) return `${value.length} items`;
  if (value instanceof Uint8Array) return `${value.length} bytes`;
  if (typeof value !== "object" || value === null) return String(value);
  const { $typeName, seconds } = value as { $typeName?: string; seconds?: bigint };
  if ($typeName === undefined) return `${Object.keys(value).length} entries`;
  return seconds === undefined ? "a message" : `${seconds} s`;
}

function quoted(text: string): string {
  if (text === "") return "an empty text";
  const shown = JSON.stringify(text.slice(0, SHOWN_CHARACTERS).toWellFormed());
  return text.length > SHOWN_CHARACTERS ? `${shown}… (${text.length} characters)` : shown;
}

function cut(text: string): string {
  return text.length > 2 * SHOWN_CHARACTERS ? `${text.slice(0, 2 * SHOWN_CHARACTERS).toWellFormed()}…` : text;
}
