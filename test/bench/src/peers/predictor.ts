import { availableParallelism } from "node:os";
import { fromRows, seeded } from "@climb/numeric";
import { type FitPlan, fitPlanTarget, fitPredictor, predictObjective } from "@climb/predictor/core/ensemble";
import { noFeatures } from "@climb/predictor/core/features/source";
import { defaultModels } from "@climb/predictor/core/models";
import { distinctRows } from "@climb/predictor/core/rows";
import { makeLandscape } from "@climb/predictor/core/testing/landscape";
import { createWorkerPool, workerUrl } from "@climb/runtime";
import { rounded, secondsOf } from "./compare.js";
import type { Tasks } from "./worker.js";

const NOISE = 0.005;
const [DOMAINS, TARGETS, RUNS] = [20, 3, 64] as const;
const ROUNDS = 4;

/** What a thread of {@link measureCandidates} is given: a seed for its mixtures. */
export interface Scoring {
  seed: number;
  candidates: number;
}

/** Scores random mixtures with a predictor of three targets and twenty domains; seconds without making either. */
export function scoreCandidates({ seed, candidates }: Scoring): Promise<number> {
  const landscape = makeLandscape(DOMAINS, TARGETS, 1);
  const random = seeded(1);
  const predictor = fitPredictor({
    domains: landscape.domains,
    targets: landscape.targets.map((name) => ({ name, weight: 1, features: noFeatures })),
    rows: distinctRows(
      Array.from({ length: RUNS }, (_, i) => landscape.run(String(i), mixture(), NOISE, random)),
      DOMAINS,
      TARGETS,
    ),
    models: defaultModels,
    seed: 1,
  });
  const own = seeded(seed).child("candidates");
  const mixtures = fromRows(Array.from({ length: candidates }, () => own.dirichlet(new Float64Array(DOMAINS).fill(1))));
  const features = landscape.targets.map(() => noFeatures);
  const score = async () => predictObjective(predictor, features, mixtures);
  return score().then(() => secondsOf(score));

  function mixture() {
    return random.dirichlet(new Float64Array(DOMAINS).fill(1));
  }
}

/** Candidates that all cores score in a second, the best of a few rounds. */
export async function measureCandidates(): Promise<number> {
  const threads = availableParallelism();
  const pool = createWorkerPool<Tasks>({ url: workerUrl(import.meta.url, "./worker.js"), size: threads });
  try {
    let best = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const scoring = (seed: number): Scoring => ({ seed, candidates: 50_000 });
      const seconds = await Promise.all(
        Array.from({ length: threads }, (_, seed) => pool.run("scoreCandidates", scoring(seed))),
      );
      best = Math.max(best, (threads * 50_000) / Math.max(...seconds));
    }
    return Math.round(best);
  } finally {
    await pool.close();
  }
}

/** Seconds of one thread, of the processor's time, for the fit of one target: 100 domains, 512 runs. */
export async function measureFit(): Promise<number> {
  const [domains, runs] = [100, 512];
  const landscape = makeLandscape(domains, 1, 1);
  const random = seeded("runs");
  const rows = Array.from({ length: runs }, (_, i) =>
    landscape.run(String(i), random.dirichlet(new Float64Array(domains).fill(0.6)), NOISE, random),
  );
  const planOf = (count: number): FitPlan => ({
    domains: landscape.domains,
    targets: [{ name: "t0", weight: 1, features: noFeatures }],
    rows: distinctRows(rows.slice(0, count), domains, 1),
    models: defaultModels,
    seed: 1,
  });
  // The code is compiled before the clock runs.
  fitPlanTarget(planOf(110), 0);
  const before = process.cpuUsage();
  fitPlanTarget(planOf(runs), 0);
  const { user, system } = process.cpuUsage(before);
  return rounded((user + system) / 1e6);
}
