import type { SparseRows } from "./sparse.js";
import type { TruncatedSvd } from "./svd/truncated-svd.js";
import { createVectorizer, type SparseRow } from "./tfidf.js";
import type { Vocabulary } from "./vocabulary.js";

/** A fitted lexical model: text → TF-IDF row → dense vector of length one. */
export interface LexicalModel {
  vocabulary: Vocabulary;
  dimensions: number;
  /** terms × dimensions, row-major. */
  projection: Float32Array;
  /** The vector of a text without any known term: the direction of the corpus mean. */
  neutral: Float32Array;
}

/** Puts a model together from what was fitted. @param rows the TF-IDF rows that the decomposition was fitted on */
export function assembleModel(vocabulary: Vocabulary, svd: TruncatedSvd, rows: SparseRows): LexicalModel {
  const mean = new Float64Array(rows.cols);
  for (let e = 0; e < rows.values.length; e++) {
    const column = rows.columns[e] as number;
    mean[column] = (mean[column] as number) + (rows.values[e] as number);
  }
  const neutral = new Float64Array(svd.dimensions);
  for (let t = 0; t < rows.cols; t++) addScaled(neutral, svd.components, t, mean[t] as number);
  return {
    vocabulary,
    dimensions: svd.dimensions,
    projection: svd.components,
    neutral: unit(neutral) ?? Float32Array.from(neutral, (_, i) => (i === 0 ? 1 : 0)),
  };
}

/** Embeds texts one at a time; writes the vector (length one) at out[offset …]. */
export type Embedder = (text: string, out: Float32Array, offset: number) => void;

/** @param maxCharacters only this much of the beginning of a text is read */
export function createEmbedder(model: LexicalModel, maxCharacters: number): Embedder {
  const vectorize = createVectorizer(model.vocabulary);
  const sum = new Float64Array(model.dimensions);
  return (text, out, offset) => {
    const row = vectorize(text.length > maxCharacters ? text.slice(0, maxCharacters) : text);
    sum.fill(0);
    project(sum, model.projection, row);
    out.set(unit(sum) ?? model.neutral, offset);
  };
}

/** Adds up the rows of a document's terms, four at a time: each sum is then loaded and stored a quarter as often. */
function project(sum: Float64Array, projection: Float32Array, { columns, values }: SparseRow): void {
  const width = sum.length;
  const fours = columns.length - (columns.length % 4);
  for (let e = 0; e < fours; e += 4) {
    const a = (columns[e] as number) * width;
    const b = (columns[e + 1] as number) * width;
    const c = (columns[e + 2] as number) * width;
    const d = (columns[e + 3] as number) * width;
    const v0 = values[e] as number;
    const v1 = values[e + 1] as number;
    const v2 = values[e + 2] as number;
    const v3 = values[e + 3] as number;
    for (let i = 0; i < width; i++) {
      const first = v0 * (projection[a + i] as number) + v1 * (projection[b + i] as number);
      const second = v2 * (projection[c + i] as number) + v3 * (projection[d + i] as number);
      sum[i] = (sum[i] as number) + (first + second);
    }
  }
  for (let e = fours; e < columns.length; e++) {
    addScaled(sum, projection, columns[e] as number, values[e] as number);
  }
}

function addScaled(sum: Float64Array, projection: Float32Array, term: number, factor: number): void {
  const first = term * sum.length;
  for (let c = 0; c < sum.length; c++) sum[c] = (sum[c] as number) + factor * (projection[first + c] as number);
}

/** The vector divided by its length; undefined if it is (nearly) zero. */
function unit(vector: Float64Array): Float32Array | undefined {
  let squares = 0;
  for (let i = 0; i < vector.length; i++) squares += (vector[i] as number) ** 2;
  const length = Math.sqrt(squares);
  if (!(length > 1e-9)) return undefined;
  const result = new Float32Array(vector.length);
  for (let i = 0; i < result.length; i++) result[i] = (vector[i] as number) / length;
  return result;
}
