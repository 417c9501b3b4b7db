import { keptJson } from "@climb/ports";
import type { Piece } from "@climb/readers/piece";
import { corpusFolder, type Making, type Work } from "./context.js";
import type { PieceResult } from "./judge-corpus.js";
import type { Correction, PieceOutcome } from "./piece-shards.js";

/** How many lines of its file stand before each piece. */
export function lineBases(pieces: readonly Piece[], outcomes: readonly PieceOutcome[]): number[] {
  let lines = 0;
  return pieces.map(({ part }, i) => {
    const before = part && part.range.start > 0 ? lines : 0;
    lines = before + (outcomes[i]?.lines ?? 0);
    return before;
  });
}

/**
 * The pieces with documents whose ids earlier pieces have. Which is the earlier one is a matter of the corpus's order
 * alone, and never of which was read first.
 */
export async function findCrossDuplicates(
  { platform: { artifacts }, pool }: Work,
  { signal, report }: Making,
  corpusId: string,
  results: readonly PieceResult[],
): Promise<Correction[]> {
  if (results.length === 1) return [];
  const path = `${corpusFolder(corpusId)}/duplicates.json`;
  const { value } = await keptJson(artifacts, path, async () => {
    report({ stage: "comparing ids", done: 0, total: results.length, unit: "pieces" });
    const named = results.flatMap(({ outcome, linesBefore }, piece) =>
      outcome.idKeys ? [{ piece, linesBefore, keys: outcome.idKeys }] : [],
    );
    const files = await Promise.all(named.map(({ keys }) => artifacts.localPath(keys.artifact)));
    const found = await pool.run("findDuplicates", { files }, { signal });
    return named.flatMap(({ piece, linesBefore }, i) => {
      const duplicates = found[i] ?? [];
      return duplicates.length > 0 ? [{ piece, linesBefore, duplicates }] : [];
    });
  });
  return value;
}
