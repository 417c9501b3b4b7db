import { availableParallelism } from "node:os";
import { median, seeded } from "@climb/numeric";
import { openSession, Tensor } from "@climb/onnx";
import { fitPredictor } from "@climb/predictor/core/ensemble";
import { exportPredictor } from "@climb/predictor/core/export/predictor";
import { noFeatures } from "@climb/predictor/core/features/source";
import { defaultModels } from "@climb/predictor/core/models";
import { distinctRows } from "@climb/predictor/core/rows";
import { makeLandscape } from "@climb/predictor/core/testing/landscape";
import { createWorkerPool, workerUrl } from "@climb/runtime";
import { STRATEGIES, type Strategy } from "./search-landscape.js";
import type { Tasks } from "./worker.js";

const DOMAINS = 20;
const TARGETS = 3;
const NOISE = 0.005;
const ROUNDS = [64, 32, 16];

export interface ProposeFigures {
  /** Mixtures whose objective a fitted predictor predicts in a second, as ONNX on one thread. */
  candidatesPerSecond: number;
  /** Median over the seeds of the objective that a strategy ends with, minus the least there is. */
  regret: Record<Strategy, number>;
}

/** Searches known landscapes of 20 domains with each strategy, 112 runs each, many seeds. */
export async function measureProposals(options: {
  seeds?: number;
  strategies?: readonly Strategy[];
  onSearch?: (done: number, total: number) => void;
}): Promise<ProposeFigures> {
  const { seeds = 50, strategies = STRATEGIES, onSearch } = options;
  const pool = createWorkerPool<Tasks>({
    url: workerUrl(import.meta.url, "./worker.js"),
    size: availableParallelism(),
  });
  let done = 0;
  try {
    const search = async (strategy: Strategy, seed: number) => {
      const task = { strategy, seed, domains: DOMAINS, targets: TARGETS, noise: NOISE, rounds: ROUNDS };
      const regret = await pool.run("searchLandscape", task);
      onSearch?.(++done, strategies.length * seeds);
      return regret;
    };
    const regrets = await Promise.all(
      strategies.map((strategy) => Promise.all(Array.from({ length: seeds }, (_, seed) => search(strategy, seed + 1)))),
    );
    return {
      candidatesPerSecond: await candidatesPerSecond(),
      regret: Object.fromEntries(strategies.map((strategy, s) => [strategy, median(regrets[s] as number[])])) as Record<
        Strategy,
        number
      >,
    };
  } finally {
    await pool.close();
  }
}

async function candidatesPerSecond(): Promise<number> {
  const landscape = makeLandscape(DOMAINS, TARGETS, 1);
  const random = seeded("candidates");
  const mixture = () => random.dirichlet(new Float64Array(DOMAINS).fill(1));
  const rows = Array.from({ length: 64 }, (_, i) => landscape.run(String(i), mixture(), NOISE, random));
  const predictor = fitPredictor({
    domains: landscape.domains,
    targets: landscape.targets.map((name) => ({ name, weight: 1, features: noFeatures })),
    rows: distinctRows(rows, DOMAINS, TARGETS),
    models: defaultModels,
    seed: 1,
  });
  const count = 20_000;
  const weights = Float32Array.from({ length: count * DOMAINS });
  for (let i = 0; i < count; i++) weights.set(mixture(), i * DOMAINS);
  const session = await openSession(exportPredictor(predictor));
  const feeds = { weights: new Tensor("float32", weights, [count, DOMAINS]) };
  await session.run(feeds);
  const started = performance.now();
  let batches = 0;
  for (; performance.now() - started < 2000; batches++) await session.run(feeds);
  const seconds = (performance.now() - started) / 1000;
  await session.release();
  return (batches * count) / seconds;
}
