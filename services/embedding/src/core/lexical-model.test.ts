import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { assembleModel, createEmbedder, type LexicalModel } from "./lexical-model.js";
import { decodeModel, encodeModel } from "./model-file.js";
import { joinRows } from "./sparse.js";
import { truncatedSvd } from "./svd/truncated-svd.js";
import { createVectorizer, stackRows } from "./tfidf.js";
import { createTermCounter } from "./vocabulary.js";

interface Reference {
  documents: string[];
  terms: string[];
  idf: number[];
  singular_values: number[];
  gram: number[][];
}

/** Made by fixtures/lexical_reference.py with scikit-learn. */
const reference = JSON.parse(
  readFileSync(new URL("../../fixtures/lexical-reference.json", import.meta.url), "utf8"),
) as Reference;

async function fit(): Promise<{ model: LexicalModel; singularValues: Float64Array }> {
  const counter = createTermCounter();
  for (const text of reference.documents) counter.add(text);
  const vocabulary = counter.choose({ maxTerms: 1000, minDocuments: 3, maxShare: 0.5 });
  const rows = joinRows([stackRows(reference.documents.map(createVectorizer(vocabulary)), vocabulary.terms.length)]);
  const svd = await truncatedSvd(rows, { dimensions: 12, oversample: 16, iterations: 12, seed: 1 });
  return { model: assembleModel(vocabulary, svd, rows), singularValues: svd.singularValues };
}

function embedAll(model: LexicalModel, texts: string[]): Float32Array[] {
  const embed = createEmbedder(model, 65_536);
  return texts.map((text) => {
    const vector = new Float32Array(model.dimensions);
    embed(text, vector, 0);
    return vector;
  });
}

const inner = (a: Float32Array, b: Float32Array) => a.reduce((sum, value, i) => sum + value * (b[i] as number), 0);

describe("the lexical model", () => {
  it("has the vocabulary, weights and singular values of scikit-learn", async () => {
    const { model, singularValues } = await fit();
    expect(model.vocabulary.terms).toEqual([...reference.terms].sort());
    model.vocabulary.terms.forEach((term, i) => {
      expect(model.vocabulary.idf[i]).toBeCloseTo(reference.idf[reference.terms.indexOf(term)] as number, 5);
    });
    reference.singular_values.forEach((value, i) => {
      expect(singularValues[i]).toBeCloseTo(value, 4);
    });
  });
  it("gives vectors whose inner products are those of scikit-learn's", async () => {
    const vectors = embedAll((await fit()).model, reference.documents);
    let worst = 0;
    vectors.forEach((a, i) => {
      vectors.forEach((b, j) => {
        worst = Math.max(worst, Math.abs(inner(a, b) - (reference.gram[i]?.[j] as number)));
      });
    });
    expect(worst).toBeLessThan(1e-3);
  });
  it("gives every text a vector of length one, one without a known term too", async () => {
    const vectors = embedAll((await fit()).model, ["oven and dough", "", "xyzzy", "???"]);
    for (const vector of vectors) expect(inner(vector, vector)).toBeCloseTo(1, 5);
    expect(vectors[1]).toEqual(vectors[2]);
  });
  it("is the same after it was stored, from bytes at any offset", async () => {
    const { model } = await fit();
    const bytes = encodeModel(model);
    const shifted = Buffer.concat([Buffer.from([0]), bytes]).subarray(1);
    for (const stored of [bytes, Buffer.from(bytes), shifted]) {
      const read = decodeModel(stored);
      expect(read.neutral.length).toBe(model.dimensions);
      expect(embedAll(read, reference.documents)).toEqual(embedAll(model, reference.documents));
    }
  });
  it("refuses bytes that are no model, and says what it found", async () => {
    const bytes = encodeModel((await fit()).model);
    expect(() => decodeModel(bytes.subarray(0, bytes.length - 4))).toThrow("where the header says");
    expect(() => decodeModel(new Uint8Array(2))).toThrow("found 2 bytes, expected format climb-lexical-1");
  });
});
