import { availableParallelism } from "node:os";
import { median } from "@climb/numeric";
import { parameterCount, parameterSpecs } from "@climb/proxy-training/core/model/shape";
import type { ProxyModel } from "@climb/proxy-training/core/presets";
import { createWorkerPool, workerUrl } from "@climb/runtime";
import { openSgemmPeak } from "../sgemm-peak.js";
import { openTimedTrainer } from "./timed-trainer.js";
import type { Tasks } from "./worker.js";

/** How fast a preset trains on this machine. All rates are medians over stretches. */
export interface TrainingSpeed {
  parameters: number;
  /** On one thread. */
  tokensPerSecond: number;
  /** Matrix products of training steps alone, 10⁹ operations a second on one thread. */
  gflops: number;
  /** Products of two 768 × 768 matrices, which do not leave the caches, on one thread. */
  peakGflops: number;
  /**
   * gflops / peakGflops: the median over short stretches of training, each held against products just before and after
   * it, because the speed of a shared machine drifts by a fifth within seconds.
   */
  share: number;
  /** Tokens a second of two worker threads together, over those of one; measured in turn. Unset on one core. */
  twoWorkersRatio?: number;
  /** Tokens a second of one worker thread for each core, together. */
  allCoresTokensPerSecond: number;
  /** The most memory that the process had while one thread trained, Node itself included. */
  peakRssMb: number;
  /** Building the graph and opening the session. */
  sessionMs: number;
}

const STRETCHES = 5;
/** Training and products take turns this often. */
const TURNS = 15;

/** Measures a preset in this process, which should do nothing else: the peak of its memory is part of the answer. */
export async function measurePreset(preset: string, seconds: number): Promise<TrainingSpeed> {
  const trainer = await openTimedTrainer(preset);
  const { proxy, sessionMs } = trainer;
  const peak = await openSgemmPeak(() => performance.now());
  const turnMs = (seconds * 1000) / TURNS;
  const rates: number[] = [];
  const peaks = [await peak.stretch(turnMs)];
  for (let i = 0; i < TURNS; i++) {
    rates.push(await trainer.stretch(turnMs));
    peaks.push(await peak.stretch(turnMs));
  }
  await peak.close();
  await trainer.close();
  const peakRssMb = process.resourceUsage().maxRSS / 1024;
  const perToken = operationsPerToken(proxy) / 1e9;
  return {
    parameters: parameterCount(proxy),
    tokensPerSecond: median(rates),
    gflops: median(rates) * perToken,
    peakGflops: median(peaks),
    share: median(rates.map((rate, i) => (2 * rate * perToken) / ((peaks[i] as number) + (peaks[i + 1] as number)))),
    ...(await inParallel(preset, (seconds * 1000) / STRETCHES)),
    peakRssMb,
    sessionMs,
  };
}

/** One worker thread, two, and one for each core, in turn. */
async function inParallel(preset: string, stretchMs: number) {
  const cores = availableParallelism();
  const pool = createWorkerPool<Tasks>({ url: workerUrl(import.meta.url, "./worker.js"), size: cores });
  const together = async (threads: number) => {
    const rates = await Promise.all(
      Array.from({ length: threads }, () => pool.run("stretch", { preset, ms: stretchMs })),
    );
    return rates.reduce((sum, rate) => sum + rate, 0);
  };
  try {
    // Every thread opens its trainer before anything is timed.
    await together(cores);
    const [one, two, all]: [number[], number[], number[]] = [[], [], []];
    for (let i = 0; i < STRETCHES; i++) {
      one.push(await together(1));
      if (cores >= 2) two.push(await together(2));
      all.push(cores === 2 ? (two[i] as number) : await together(cores));
    }
    return {
      ...(cores >= 2 && { twoWorkersRatio: median(two.map((rate, i) => rate / (one[i] as number))) }),
      allCoresTokensPerSecond: median(all),
    };
  } finally {
    await pool.close();
  }
}

/**
 * Operations of the matrix products of a step, for each token: two for each weight of a product and each of the three
 * passes (forward, gradient of the input, gradient of the weight), and the scores and sums of attention over the whole
 * context. The embedding is looked up, not multiplied, unless it is the head too.
 */
function operationsPerToken(proxy: ProxyModel): number {
  const looked = proxy.tied ? 0 : proxy.vocabulary * proxy.width;
  const weights = parameterSpecs(proxy).reduce((sum, { shape: [rows, cols] }) => sum + rows * cols, 0) - looked;
  return 6 * weights + 12 * proxy.layers * proxy.width * proxy.context;
}
