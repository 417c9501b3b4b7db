import { headScore } from "../core/annotation-head.js";
import { valuesOfClasses } from "../core/class-values.js";
import { openFastText } from "./fasttext.js";

/** A scorer ready to be opened in a worker. */
export type LocalScorer =
  | { kind: "fasttext"; path: string; labelValues: Record<string, number> }
  | { kind: "head"; weights: Float64Array; bias: number };

/** Scores of one document, in the order of the scorers. */
export type ScoreDocument = (text: string, vector: Float32Array) => Float64Array;

/** @throws ServiceError MODEL_UNKNOWN, RangeError on a label without a value */
export async function openScorers(scorers: readonly LocalScorer[]): Promise<ScoreDocument> {
  const opened = await Promise.all(
    scorers.map(async (scorer) => {
      if (scorer.kind === "head") return (_: string, vector: Float32Array) => headScore(scorer, vector);
      const { labels, classify } = await openFastText(scorer.path);
      const values = valuesOfClasses(labels, scorer.labelValues);
      return (text: string) => {
        let score = 0;
        for (const [label, probability] of classify(text)) score += probability * (values.get(label) ?? 0);
        return score;
      };
    }),
  );
  return (text, vector) => Float64Array.from(opened, (score) => score(text, vector));
}
