import type { EmbeddingSet } from "@climb/proto/embedding/v1/embedding_service";

/** Sentences on what was lost of a corpus and on how it was read; none if all went as one would expect. */
export function describeReading({ quarantined, losses, notes }: EmbeddingSet): string[] {
  if (quarantined === 0n) return notes;
  const reasons = losses.map(({ reason, records, bytes }) => {
    return `${reason} (${records}${bytes > 0n ? `, ${bytes} bytes` : ""})`;
  });
  const why = reasons.length > 0 ? `: ${reasons.slice(0, 6).join(", ")}` : "";
  return [...notes, `${quarantined} records or files are in quarantine${why}`];
}
