import type { Summary } from "../core/summary.js";
import { floats } from "./vectors.js";

/** A shard's summaries as an artifact: numbers survive JSON exactly, vectors travel as base64. */
export function summariesToJson(summaries: readonly Summary[]): unknown {
  return summaries.map((summary) => ({
    ...summary,
    signals: [...summary.signals],
    broken: [...summary.broken],
    scores: [...summary.scores],
    termCounts: [...summary.termCounts],
    phraseCounts: [...summary.phraseCounts],
    writtenCounts: [...summary.writtenCounts],
    forms: [...summary.forms],
    nearest: summary.nearest.map(({ vector, ...rest }) => ({
      ...rest,
      vector: Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength).toString("base64"),
    })),
  }));
}

type Numbers = "signals" | "broken" | "scores" | "forms";
type Counts = "termCounts" | "phraseCounts" | "writtenCounts";

interface StoredSummary extends Omit<Summary, Numbers | Counts | "nearest"> {
  signals: number[];
  broken: number[];
  scores: number[];
  forms: number[];
  termCounts: [string, number][];
  phraseCounts: [string, number][];
  writtenCounts: [string, number][];
  nearest: { id: string; snippet: string; squaredDistance: number; vector: string }[];
}

/** The inverse of {@link summariesToJson}, for what this service has written itself. */
export function summariesFromJson(json: unknown): Summary[] {
  return (json as StoredSummary[]).map((stored) => ({
    ...stored,
    signals: Float64Array.from(stored.signals),
    broken: Float64Array.from(stored.broken),
    scores: Float64Array.from(stored.scores),
    forms: Float64Array.from(stored.forms),
    termCounts: new Map(stored.termCounts),
    phraseCounts: new Map(stored.phraseCounts),
    writtenCounts: new Map(stored.writtenCounts),
    nearest: stored.nearest.map((candidate) => ({
      ...candidate,
      vector: floats(Buffer.from(candidate.vector, "base64")),
    })),
  }));
}
