import type { Tokens } from "../tokens.js";
import type { NgramIndex } from "./ngram-index.js";

/**
 * Tells which targets a document shares a run with.
 * @returns a function of a document's tokens: the targets' places in the index, ascending; none for a clean document
 */
export function contaminatedBy({ size, ofTarget, visit }: NgramIndex): (tokens: Tokens) => number[] {
  // Most runs are of one target alone; what others have too is kept apart.
  const owner = new Int32Array(size).fill(-1);
  const others = new Map<number, number[]>();
  ofTarget.forEach((entries, target) => {
    for (const entry of entries) {
      if ((owner[entry] as number) < 0) owner[entry] = target;
      else others.set(entry, [...(others.get(entry) ?? []), target]);
    }
  });
  return (tokens) => {
    const found = new Set<number>();
    visit(tokens, (entry) => {
      found.add(owner[entry] as number);
      for (const target of others.get(entry) ?? []) found.add(target);
    });
    return [...found].sort((a, b) => a - b);
  };
}
