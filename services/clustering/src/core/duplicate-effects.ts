/** What one threshold would remove. */
export interface DuplicateEffect {
  threshold: number;
  documents: number;
  textBytes: number;
  /** By domain. */
  domainDocuments: number[];
  domainTextBytes: number[];
}

/** Counts documents into every threshold that they reach. */
export function countEffects(thresholds: readonly number[], domains: number) {
  const effects = thresholds.map(
    (threshold): DuplicateEffect => ({
      threshold,
      documents: 0,
      textBytes: 0,
      domainDocuments: new Array<number>(domains).fill(0),
      domainTextBytes: new Array<number>(domains).fill(0),
    }),
  );
  return {
    effects,
    add(similarity: number, domain: number, textBytes: number): void {
      for (const effect of effects) {
        if (similarity < effect.threshold) continue;
        effect.documents++;
        effect.textBytes += textBytes;
        effect.domainDocuments[domain] = (effect.domainDocuments[domain] as number) + 1;
        effect.domainTextBytes[domain] = (effect.domainTextBytes[domain] as number) + textBytes;
      }
    },
  };
}

/** For each threshold the documents that are nearest above it and below the next: those to look at. */
export function borderRows(
  similarities: readonly Float32Array[],
  thresholds: readonly number[],
  count: number,
): { row: number; similarity: number }[][] {
  const found = thresholds.map(() => [] as { row: number; similarity: number }[]);
  let first = 0;
  for (const shard of similarities) {
    for (let i = 0; i < shard.length; i++) {
      const similarity = shard[i] as number;
      const band = thresholds.findLastIndex((threshold) => similarity >= threshold);
      if (band < 0) continue;
      const rows = found[band] as { row: number; similarity: number }[];
      const last = rows.at(-1);
      if (rows.length === count && last && similarity >= last.similarity) continue;
      rows.push({ row: first + i, similarity });
      rows.sort((a, b) => a.similarity - b.similarity || a.row - b.row);
      rows.length = Math.min(rows.length, count);
    }
    first += shard.length;
  }
  return found;
}
