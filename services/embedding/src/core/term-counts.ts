import type { SparseRow } from "./tfidf.js";
import { weighRow } from "./tfidf.js";
import { createTermReader } from "./tokenizer.js";
import type { Vocabulary } from "./vocabulary.js";

/** How often each term occurs in each of some documents. */
export interface TermCounts {
  /** Every term of the documents, in the order of their first occurrence. */
  terms: string[];
  /** Entries of document d: rowStart[d] … rowStart[d + 1]. */
  rowStart: Uint32Array;
  /** Index of a term, each at most once a document. */
  columns: Uint32Array;
  /** Its occurrences in the document. */
  counts: Uint32Array;
}

/** Counts terms document by document. */
export function countTerms(): { add(text: string): void; finish(): TermCounts } {
  const terms: string[] = [];
  const rowStart = [0];
  const [columns, counts] = [createNumbers(), createNumbers()];
  // A shard's terms are all kept anyway.
  const reader = createTermReader((term) => terms.push(term) - 1, Number.POSITIVE_INFINITY);
  // Of this document: its terms in the order of their first occurrence, and how often each occurs, by column.
  let frequency = new Uint32Array(1024);
  let touched: number[] = [];
  const visit = (column: number) => {
    if (column >= frequency.length) frequency = grown(frequency, 2 * terms.length);
    if (frequency[column] === 0) touched.push(column);
    frequency[column] = (frequency[column] as number) + 1;
  };
  return {
    add(text) {
      touched = [];
      reader.each(text, visit);
      for (const column of touched) {
        columns.push(column);
        counts.push(frequency[column] as number);
        frequency[column] = 0;
      }
      rowStart.push(columns.length);
    },
    finish: () => ({ terms, rowStart: Uint32Array.from(rowStart), columns: columns.taken(), counts: counts.taken() }),
  };
}

/** In how many of the documents each term occurs. */
export function documentFrequencies({ terms, columns }: TermCounts): Uint32Array {
  const found = new Uint32Array(terms.length);
  for (const column of columns) found[column] = (found[column] as number) + 1;
  return found;
}

/** The TF-IDF rows of the documents, as a vectorizer gives them for their texts. */
export function* weighDocuments(
  { terms, rowStart, columns, counts }: TermCounts,
  vocabulary: Vocabulary,
  indexOf: ReadonlyMap<string, number>,
): Generator<SparseRow> {
  const target = Int32Array.from(terms, (term) => indexOf.get(term) ?? -1);
  const frequency = new Uint32Array(vocabulary.terms.length);
  for (let d = 0; d + 1 < rowStart.length; d++) {
    const known: number[] = [];
    for (let e = rowStart[d] as number; e < (rowStart[d + 1] as number); e++) {
      const column = target[columns[e] as number] as number;
      if (column < 0) continue;
      known.push(column);
      frequency[column] = counts[e] as number;
    }
    yield weighRow(Uint32Array.from(known).sort(), frequency, vocabulary.idf);
  }
}

/** uint32 length of the terms as JSON, padded with spaces to a multiple of 4, and of documents and entries; the arrays. */
export function encodeTermCounts({ terms, rowStart, columns, counts }: TermCounts): Uint8Array {
  const json = Buffer.from(JSON.stringify(terms), "utf8");
  const padding = Buffer.alloc((4 - (json.length % 4)) % 4, " ");
  const head = Uint32Array.of(json.length + padding.length, rowStart.length, columns.length);
  const arrays = [rowStart, columns, counts].map(bytesOf);
  return Buffer.concat([bytesOf(head), json, padding, ...arrays]);
}

/** @throws Error if the bytes are not as {@link encodeTermCounts} makes them */
export function decodeTermCounts(bytes: Uint8Array): TermCounts {
  // A copy, because a view must start at a multiple of four bytes.
  const { buffer } = Uint8Array.from(bytes);
  const [jsonBytes = 0, rows = 0, entries = 0] = new Uint32Array(buffer, 0, 3);
  const expected = 12 + jsonBytes + 4 * (rows + 2 * entries);
  if (buffer.byteLength !== expected)
    throw new Error(`term counts of ${buffer.byteLength} bytes, expected ${expected}`);
  const terms = JSON.parse(Buffer.from(buffer, 12, jsonBytes).toString("utf8")) as string[];
  const at = 12 + jsonBytes;
  return {
    terms,
    rowStart: new Uint32Array(buffer, at, rows),
    columns: new Uint32Array(buffer, at + 4 * rows, entries),
    counts: new Uint32Array(buffer, at + 4 * (rows + entries), entries),
  };
}

function bytesOf({ buffer, byteOffset, byteLength }: Uint32Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}

function createNumbers() {
  let values = new Uint32Array(1024);
  let length = 0;
  return {
    get length() {
      return length;
    },
    push(value: number) {
      if (length === values.length) {
        values = grown(values, 2 * length);
      }
      values[length++] = value;
    },
    taken: () => values.slice(0, length),
  };
}

function grown(values: Uint32Array, length: number): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(length);
  larger.set(values);
  return larger;
}
