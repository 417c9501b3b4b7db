import { mean, standardDeviation } from "@climb/numeric";
import type { EncodedTarget } from "../targets/items.js";
import type { Evaluator, ScoringJob } from "./evaluator.js";

/** What a model reaches on a target. */
export interface TargetScore {
  /** Bits per UTF-8 byte of the scored text; lower is better. */
  bitsPerByte: number;
  /** Standard error of bitsPerByte over items. */
  standardError: number;
  items: number;
  /** Multiple choice only: share of items whose right choice has the least loss, in all and per byte. */
  accuracy?: number;
  accuracyByByte?: number;
  /** Multiple choice only: mean of p(right) / Σ p(choice). */
  choiceProbability?: number;
}

/** Scores every item of a target. @throws RangeError when a loss is not finite */
export async function scoreTarget(evaluator: Evaluator, target: EncodedTarget): Promise<TargetScore> {
  const jobs: ScoringJob[] = [];
  for (const { sequences, gold, answerStart, scoredStart } of target.items) {
    sequences.forEach((tokens, choice) => {
      // The question of the right choice counts when it is scored; of the others only the answer is needed.
      const question = choice === gold && scoredStart < answerStart ? [{ from: scoredStart, to: answerStart }] : [];
      jobs.push({ tokens, ranges: [...question, { from: answerStart, to: tokens.length }] });
    });
  }
  const sums = await evaluator.score(jobs);

  let place = 0;
  const scored: { nats: number; bytes: number }[] = [];
  const choices: { right: number; rightByByte: number; probability: number }[] = [];
  for (const item of target.items) {
    const own = sums.slice(place, place + item.sequences.length);
    place += item.sequences.length;
    const gold = own[item.gold] as Float64Array;
    const nats = gold.reduce((total, part) => total + part, 0);
    if (!Number.isFinite(nats)) throw new RangeError(`target ${target.name}: the loss of an item is ${nats}`);
    scored.push({ nats, bytes: item.scoredBytes });
    if (target.kind === "multiple-choice") choices.push(judgeChoices(own, item.gold, item.answerBytes));
  }
  const totalNats = scored.reduce((total, { nats }) => total + nats, 0);
  const totalBytes = scored.reduce((total, { bytes }) => total + bytes, 0);
  const bitsPerByte = totalNats / Math.LN2 / totalBytes;
  return {
    bitsPerByte,
    standardError: ratioStandardError(scored, bitsPerByte),
    items: scored.length,
    ...(target.kind === "multiple-choice" && {
      accuracy: mean(choices.map(({ right }) => right)),
      accuracyByByte: mean(choices.map(({ rightByByte }) => rightByByte)),
      choiceProbability: mean(choices.map(({ probability }) => probability)),
    }),
  };
}

function judgeChoices(sums: Float64Array[], gold: number, answerBytes: readonly number[]) {
  const losses = sums.map((parts) => parts.at(-1) as number);
  const perByte = losses.map((loss, choice) => loss / Math.max(1, answerBytes[choice] as number));
  const least = (values: number[]) => values.indexOf(Math.min(...values));
  const lowest = Math.min(...losses);
  const weights = losses.map((loss) => Math.exp(lowest - loss));
  return {
    right: least(losses) === gold ? 1 : 0,
    rightByByte: least(perByte) === gold ? 1 : 0,
    probability: (weights[gold] as number) / weights.reduce((total, weight) => total + weight, 0),
  };
}

/** Standard error of a ratio of sums by linearisation: sd(nats_i − ratio · bytes_i) · √n / Σ bytes. */
function ratioStandardError(scored: { nats: number; bytes: number }[], bitsPerByte: number): number {
  if (scored.length < 2) return 0;
  const residuals = scored.map(({ nats, bytes }) => nats / Math.LN2 - bitsPerByte * bytes);
  const bytes = scored.reduce((total, item) => total + item.bytes, 0);
  return (standardDeviation(residuals) * Math.sqrt(scored.length)) / bytes;
}
