import { detectFormat } from "./detect-format.js";
import { textItems } from "./formats/text.js";
import type { Item, TargetKind } from "./items.js";
import { inGroup, MMLU_GROUPS } from "./mmlu-groups.js";
import { type SampleLimit, sampleItems } from "./sample-items.js";
import { isObject, parseRecords } from "./source-record.js";
import { TargetError } from "./target-error.js";

/** The first line of a file of items is no longer. */
const LOOK_CHARACTERS = 4_000_000;

/** The content of a target file, decompressed. */
export interface TargetFile {
  /** Its name; `.json`, `.jsonl` and `.ndjson` (before a `.gz`) hold objects, as does what begins with a line of one. */
  readonly file: string;
  readonly text: string;
}

/** What to take of the files. */
export interface ReadTargetOptions extends SampleLimit {
  /** How to use the items; default: as the file has them. Every item can serve as `question-answer` or `text`. */
  readonly kind?: TargetKind;
  /** Only items of this group: an MMLU subject, "stem", "humanities", "social sciences", "other", a MATH category. */
  readonly group?: string;
}

/** The items of a target. */
export interface ReadTarget {
  readonly kind: TargetKind;
  /** The sample, ready to be encoded or written as JSON lines. */
  readonly items: Item[];
  /** Items in the files and the group, before sampling. */
  readonly found: number;
}

/**
 * Reads target files of any known form and samples their items.
 * @throws TargetError naming file, line and field; also when there is no item.
 */
export function readTarget(files: readonly TargetFile[], options: ReadTargetOptions = {}): ReadTarget {
  const parts = files.map(readFile);
  const [first] = parts;
  if (first === undefined) throw new RangeError("a target needs at least one file");
  const native = parts.every(({ kind }) => kind === first.kind) ? first.kind : "text";
  const kind = options.kind ?? native;
  const all = parts.flatMap(({ items }) => items);
  const items = options.group === undefined || options.group === "" ? all : selectGroup(first.file, all, options.group);
  if (kind === "multiple-choice" && items.some(({ choices }) => choices.length < 2)) {
    throw new TargetError(
      first.file,
      undefined,
      undefined,
      "expected items with two or more choices, found one answer",
    );
  }
  const used = items.map((item) => asKind(item, kind));
  return { kind, items: sampleItems(used, options), found: items.length };
}

function readFile({ file, text }: TargetFile): { file: string; kind: TargetKind; items: Item[] } {
  if (!/\.(json|jsonl|ndjson)(\.gz)?$/i.test(file) && !beginsWithObject(text)) {
    if (text.includes("\u0000")) throw new TargetError(file, undefined, undefined, "found a NUL byte, expected text");
    return { file, kind: "text", items: orNone(file, textItems(text.replace(/^\ufeff/, ""))) };
  }
  const records = orNone(file, parseRecords(file, text));
  const format = detectFormat(records.slice(0, 20));
  const items = orNone(
    file,
    records.flatMap((record) => format.read(record)),
  );
  return { file, kind: nativeKind(format.kind, items), items };
}

/** Whether the first line that is not blank is a JSON object, which no text begins with. */
function beginsWithObject(text: string): boolean {
  const [line = ""] = text
    .slice(0, LOOK_CHARACTERS)
    .replace(/^\ufeff/, "")
    .trimStart()
    .split("\n", 1);
  if (!line.startsWith("{")) return false;
  try {
    return isObject(JSON.parse(line));
  } catch {
    return false;
  }
}

/** Climb's own form has no word for the kind: it shows in the items. */
function nativeKind(kind: TargetKind, items: readonly Item[]): TargetKind {
  if (kind !== "multiple-choice" || items.some(({ choices }) => choices.length > 1)) return kind;
  return items.every(({ context }) => context === "") ? "text" : "question-answer";
}

function orNone<T>(file: string, found: T[]): T[] {
  if (found.length > 0) return found;
  throw new TargetError(file, undefined, undefined, "expected at least one item, found none");
}

function selectGroup(file: string, items: readonly Item[], wanted: string): Item[] {
  const selected = items.filter(({ group }) => inGroup(group, wanted));
  if (selected.length > 0) return selected;
  const groups = [...new Set(items.map(({ group }) => group ?? "(none)"))].sort();
  const shown = groups.length > 12 ? `${groups.slice(0, 12).join(", ")}, … (${groups.length})` : groups.join(", ");
  const problem = `expected items of group "${wanted}", found the groups ${shown}`;
  throw new TargetError(file, undefined, undefined, `${problem} (MMLU also has ${MMLU_GROUPS.join(", ")})`);
}

function asKind(item: Item, kind: TargetKind): Item {
  if (kind === "multiple-choice") return item;
  const answer = item.choices[item.gold] as string;
  const group = item.group === undefined ? {} : { group: item.group };
  if (kind === "question-answer") return { context: item.context, choices: [answer], gold: 0, ...group };
  return { context: "", choices: [item.context + answer], gold: 0, ...group };
}
