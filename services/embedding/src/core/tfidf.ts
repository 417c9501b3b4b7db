import type { SparseRows } from "./sparse.js";
import { createTermReader } from "./tokenizer.js";
import type { Vocabulary } from "./vocabulary.js";

/** One document as sparse entries, columns ascending, of length one; both arrays empty if no term is known. */
export interface SparseRow {
  columns: Uint32Array;
  values: Float32Array;
}

/**
 * Turns texts into rows of (1 + ln tf) · idf, divided by their Euclidean length: scikit-learn's TfidfVectorizer with
 * sublinear_tf.
 */
export function createVectorizer(vocabulary: Vocabulary): (text: string) => SparseRow {
  const index = new Map(vocabulary.terms.map((term, i) => [term, i]));
  const frequency = new Uint32Array(vocabulary.terms.length);
  let touched: number[] = [];
  const reader = createTermReader((term) => index.get(term) ?? -1);
  const count = (column: number) => {
    if (column < 0) return;
    if (frequency[column] === 0) touched.push(column);
    frequency[column] = (frequency[column] as number) + 1;
  };
  return (text) => {
    touched = [];
    reader.each(text, count);
    const row = weighRow(Uint32Array.from(touched).sort(), frequency, vocabulary.idf);
    for (const column of touched) frequency[column] = 0;
    return row;
  };
}

/** A row from the columns of its terms, ascending. @param frequency occurrences of each term, by column */
export function weighRow(columns: Uint32Array, frequency: Uint32Array, idf: Float32Array): SparseRow {
  const weights = new Float64Array(columns.length);
  let squares = 0;
  for (let e = 0; e < columns.length; e++) {
    const column = columns[e] as number;
    const weight = (1 + logarithm(frequency[column] as number)) * (idf[column] as number);
    weights[e] = weight;
    squares += weight * weight;
  }
  const length = Math.sqrt(squares);
  const values = new Float32Array(columns.length);
  for (let e = 0; e < values.length; e++) values[e] = (weights[e] as number) / length;
  return { columns, values };
}

// Most terms occur a few times.
const logarithms = Float64Array.from({ length: 256 }, (_, n) => Math.log(n));

function logarithm(n: number): number {
  return n < logarithms.length ? (logarithms[n] as number) : Math.log(n);
}

/** Collects rows into one block. */
export function stackRows(rows: readonly SparseRow[], cols: number): SparseRows {
  const entries = rows.reduce((total, row) => total + row.columns.length, 0);
  const block = {
    rows: rows.length,
    cols,
    rowStart: new Float64Array(rows.length + 1),
    columns: new Uint32Array(entries),
    values: new Float32Array(entries),
  };
  let entry = 0;
  rows.forEach((row, r) => {
    block.columns.set(row.columns, entry);
    block.values.set(row.values, entry);
    entry += row.columns.length;
    block.rowStart[r + 1] = entry;
  });
  return block;
}
