import { writeFile } from "node:fs/promises";
import { type AssignedShard, parseDocument, readAssigned, readAssignedLines, type StoredDocument } from "@climb/corpus";
import { shuffleKey } from "@climb/numeric";
import type { TaskContext } from "@climb/runtime/worker";

/** How the documents of a shard are dealt to output parts. */
export type Dealing =
  /** Each copy by its place in the global shuffle. */
  | { kind: "mixed"; seed: number; parts: number; copies: Uint16Array }
  /** Each document to its domain; the last part is the domain of every document. */
  | { kind: "split" };

export interface DealTask {
  shard: AssignedShard;
  /** Number in the corpus of the shard's first document. */
  first: number;
  domainIds: string[];
  /** Names of the fields that are carried. */
  carried: readonly string[];
  dealing: Dealing;
  /** Where the dealt file is written. */
  path: string;
}

/** What is read of a line of a dealt part. */
export interface DealtRow {
  /** Place in the shuffle, [0, 1); 0 in a split. */
  key: number;
  id: string;
  /** Null for a document that was left out. */
  domain: string | null;
  text: string;
  /** The carried fields, in the order of their names; unset where none are. */
  carried?: (string | null)[];
}

const EVERY_DOCUMENTS = 1000;

/** How shards are written: such a line is dealt as it is, without its text being read and written again. */
const PLAIN = /^\{"id":("(?:[^"\\]|\\.)*"),"text":"/;

/**
 * Deals a document shard to its output parts, and writes them one after another behind a table of where each begins: so
 * many 64-bit offsets, little-endian, and one for the end. Memory holds the shard.
 */
export async function dealShard(
  { shard, first, domainIds, carried: names, dealing, path }: DealTask,
  context: TaskContext<number>,
) {
  const count = dealing.kind === "mixed" ? dealing.parts : domainIds.length + 1;
  const parts: string[][] = Array.from({ length: count }, () => []);
  const put = (part: number, line: string) => parts[part]?.push(line);
  for await (const { row, json, domain } of readAssignedLines(shard)) {
    if (row % EVERY_DOCUMENTS === 0) context.progress(row);
    const copies = dealing.kind === "mixed" ? (dealing.copies[row] as number) : 1;
    if (copies === 0) continue;
    const start = `"domain":${JSON.stringify(domainIds[domain] ?? null)}`;
    const lineOf = (key: number, rest: string) => `{"key":${key},${start},${rest}\n`;
    const { id, rest } = plainRow(json, names) ?? rowOf(parseDocument(json, shard.documentsPath, row + 1), names);
    if (dealing.kind === "split") {
      if (domain >= 0) put(domain, lineOf(0, rest));
      put(domainIds.length, lineOf(0, `"id":${id},"text":""}`));
      continue;
    }
    for (let copy = 0; copy < copies; copy++) {
      const key = shuffleKey(dealing.seed, first + row, copy);
      put(Math.min(count - 1, Math.floor(key * count)), lineOf(key, rest));
    }
  }
  const bytes = parts.map((lines) => Buffer.from(lines.join(""), "utf8"));
  const table = new BigUint64Array(count + 1);
  table[0] = BigInt(table.byteLength);
  bytes.forEach((part, i) => {
    table[i + 1] = (table[i] as bigint) + BigInt(part.length);
  });
  await writeFile(path, Buffer.concat([Buffer.from(table.buffer), ...bytes]));
}

/** Id and fields of a document as JSON, the fields without their opening brace. */
interface RowJson {
  id: string;
  rest: string;
}

/** Of a line that is dealt as it is. */
function plainRow(json: string, carried: readonly string[]): RowJson | undefined {
  const id = carried.length === 0 ? PLAIN.exec(json)?.[1] : undefined;
  return id === undefined ? undefined : { id, rest: json.slice(1) };
}

function rowOf({ id, text, fields = {} }: StoredDocument, names: readonly string[]): RowJson {
  const carried = names.length > 0 && { carried: names.map((field) => fields[field] ?? null) };
  return { id: JSON.stringify(id), rest: JSON.stringify({ id, text, ...carried }).slice(1) };
}

/** UTF-8 bytes of the text of every document of a shard. */
export async function measureShard(shard: AssignedShard, context: TaskContext<number>): Promise<Uint32Array> {
  const sizes: number[] = [];
  for await (const { index, text } of readAssigned([shard])) {
    if (index % EVERY_DOCUMENTS === 0) context.progress(index);
    sizes.push(Buffer.byteLength(text));
  }
  return Uint32Array.from(sizes);
}
