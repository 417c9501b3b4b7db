import { openSession, type SessionOptions, Tensor } from "@climb/onnx";
import { input, log, negate, nextTokenProbabilities, pick } from "../ir/build.js";
import { emit } from "../ir/emit.js";
import { buildDecoder } from "../model/decoder.js";
import { type ModelShape, parameterSpecs } from "../model/shape.js";
import type { Tokens } from "../tokens.js";
import { evaluationWindows } from "./windows.js";

/** Scores sequences with a model; one call at a time, because its buffers are used again. */
export interface Evaluator {
  /**
   * For each sequence the sum of −ln p (nats) over positions from..to−1, by range.
   * @param jobs sequences with the ranges wanted; ranges of a sequence are in order and do not overlap
   */
  score(jobs: readonly ScoringJob[]): Promise<Float64Array[]>;
  close(): Promise<void>;
}

export interface ScoringJob {
  tokens: Tokens;
  /** Positions [from, to): each is predicted from the tokens before it; from ≥ 1. */
  ranges: readonly { from: number; to: number }[];
}

/** A model that gives −ln p of each target, (context · batch, 1). */
export function buildEvaluation(shape: ModelShape, batch: number): Uint8Array {
  const { tokens, hidden, head } = buildDecoder(shape, batch);
  const targets = input("targets", tokens.shape, "int32");
  return emit("evaluation", { nats: negate(log(pick(nextTokenProbabilities(hidden, head), targets))) });
}

/** Opens an evaluator of fixed weights. */
export async function createEvaluator(options: {
  shape: ModelShape;
  batch: number;
  weights: Map<string, Float32Array>;
  session?: SessionOptions;
  /** Called before each batch; what it throws ends the scoring. */
  beforeBatch?: () => void;
}): Promise<Evaluator> {
  const { shape, batch, weights, beforeBatch } = options;
  const { context } = shape;
  const session = await openSession(buildEvaluation(shape, batch), options.session);
  const positions = batch * context;
  const [tokens, targets, nats] = [new Int32Array(positions), new Int32Array(positions), new Float32Array(positions)];
  const feeds: Record<string, Tensor> = {
    tokens: new Tensor("int32", tokens, [positions]),
    targets: new Tensor("int32", targets, [positions]),
  };
  for (const { name, shape: size } of parameterSpecs(shape)) {
    feeds[name] = new Tensor("float32", weights.get(name) as Float32Array, size);
  }
  const fetches = { nats: new Tensor("float32", nats, [positions, 1]) };

  return {
    async score(jobs) {
      const sums = jobs.map(({ ranges }) => new Float64Array(ranges.length));
      const rows = jobs.flatMap(({ tokens: sequence, ranges }, job) => {
        const [first, last] = [ranges[0]?.from ?? 1, ranges.at(-1)?.to ?? 1];
        return evaluationWindows(last, first, context).map((window) => ({ job, sequence, ...window }));
      });
      for (let row = 0; row < rows.length; row += batch) {
        beforeBatch?.();
        const filled = rows.slice(row, row + batch);
        tokens.fill(0);
        targets.fill(0);
        filled.forEach(({ sequence, start, length }, r) => {
          for (let t = 0; t < length; t++) {
            tokens[t * batch + r] = sequence[start + t] as number;
            targets[t * batch + r] = sequence[start + t + 1] as number;
          }
        });
        await session.run(feeds, fetches);
        filled.forEach(({ job, start, length, firstScored }, r) => {
          jobs[job]?.ranges.forEach(({ from, to }, i) => {
            const sum = sums[job] as Float64Array;
            for (let t = Math.max(from, firstScored); t < Math.min(to, start + length + 1); t++) {
              sum[i] = (sum[i] as number) + (nats[(t - 1 - start) * batch + r] as number);
            }
          });
        });
      }
      return sums;
    },
    close: () => session.release(),
  };
}
