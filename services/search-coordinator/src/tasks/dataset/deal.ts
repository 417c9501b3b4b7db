import { writeFile } from "node:fs/promises";
import { type AssignedShard, readAssigned } from "@climb/corpus";
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

/** A line of a dealt part. */
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
  const put = (part: number, row: DealtRow) => parts[part]?.push(`${JSON.stringify(row)}\n`);
  for await (const { index, id, text, domain, fields = {} } of readAssigned([shard])) {
    if (index % EVERY_DOCUMENTS === 0) context.progress(index);
    const carried = names.length > 0 && { carried: names.map((field) => fields[field] ?? null) };
    const name = domainIds[domain] ?? null;
    if (dealing.kind === "split") {
      if (domain >= 0) put(domain, { key: 0, id, domain: name, text, ...carried });
      put(domainIds.length, { key: 0, id, domain: name, text: "" });
      continue;
    }
    for (let copy = 0; copy < (dealing.copies[index] as number); copy++) {
      const key = shuffleKey(dealing.seed, first + index, copy);
      put(Math.min(count - 1, Math.floor(key * count)), { key, id, domain: name, text, ...carried });
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

/** UTF-8 bytes of the text of every document of a shard. */
export async function measureShard(shard: AssignedShard, context: TaskContext<number>): Promise<Uint32Array> {
  const sizes: number[] = [];
  for await (const { index, text } of readAssigned([shard])) {
    if (index % EVERY_DOCUMENTS === 0) context.progress(index);
    sizes.push(Buffer.byteLength(text));
  }
  return Uint32Array.from(sizes);
}
