import { availableParallelism } from "node:os";
import { fromRows, mean, seeded, spearman } from "@climb/numeric";
import { assemble, type FitPlan, predictBatch } from "@climb/predictor/core/ensemble";
import { noFeatures } from "@climb/predictor/core/features/source";
import { defaultModels, type ModelName } from "@climb/predictor/core/models";
import { distinctRows, type ResultRow } from "@climb/predictor/core/rows";
import type { FitInput } from "@climb/predictor/tasks/messages";
import type { Tasks } from "@climb/predictor/tasks/worker";
import { createWorkerPool, type WorkerPool } from "@climb/runtime";
import { type Runs, readTest, readTraining, TEST_SIZES, type TestSize } from "./regmix-files.js";

/** How well unseen mixtures are predicted. Rank correlations are Spearman's. */
export interface Figures {
  /** Of the Pile-CC loss. */
  pileCc: number;
  /** Mean over all losses, each by its own fit. */
  mean13: number;
  /** Of the average of all losses, as the sum of the fits. */
  average: number;
  /** Place, by the measured average, of the mixture that is predicted best; 1 is the best there is. */
  bestPickRank: number;
  /** Share of losses inside their 90 % interval; only where the tested models are of the size that was fitted. */
  coverage90: number | null;
}

export interface PredictorFigures {
  full: Record<TestSize, Figures>;
  /** Means over seeded draws of so many training runs. */
  runs: Record<string, Record<TestSize, Figures>>;
  /** One fit of all losses on all training runs, on all cores. */
  fitSeconds: number;
}

const RUN_COUNTS = [34, 64, 112];

/**
 * Fits RegMix's published training runs and tests on its published test runs.
 * @throws RangeError if a file is missing or wrong
 */
export async function measurePredictor(options: {
  /** The published files. */
  folder: string;
  /** Draws for each number of runs. */
  draws?: number;
  models?: readonly ModelName[];
  onStep?: (done: number, total: number) => void;
}): Promise<PredictorFigures> {
  const { folder, draws = 10, models = defaultModels, onStep } = options;
  const training = readTraining(folder);
  const sizes = Object.keys(TEST_SIZES) as TestSize[];
  const tests = Object.fromEntries(sizes.map((size) => [size, readTest(folder, size)])) as Record<TestSize, Runs>;
  const total = 1 + RUN_COUNTS.length * draws;
  let done = 0;
  const pool = createWorkerPool<Tasks>({
    url: new URL(import.meta.resolve("@climb/predictor/tasks/worker")),
    size: availableParallelism(),
  });
  try {
    const measure = async (rows: readonly number[], seed: number) => {
      const figures = await fitAndTest(pool, training, rows, models, seed, tests);
      onStep?.(++done, total);
      return figures;
    };
    const all = training.mixtures.map((_, i) => i);
    // Threads start and compile before the clock runs.
    await fitAndTest(pool, training, all.slice(0, 20), models, 0, tests);
    const started = performance.now();
    const full = await measure(all, 1);
    const fitSeconds = (performance.now() - started) / 1000;
    const runs: PredictorFigures["runs"] = {};
    for (const count of RUN_COUNTS) {
      const figures: Record<TestSize, Figures>[] = [];
      for (let draw = 0; draw < draws; draw++) {
        const rows = seeded("draw")
          .child(count, draw)
          .shuffle([...all])
          .slice(0, count);
        figures.push(await measure(rows, draw + 1));
      }
      runs[count] = averageFigures(figures, sizes);
    }
    return { full, runs, fitSeconds };
  } finally {
    await pool.close();
  }
}

async function fitAndTest(
  pool: WorkerPool<Tasks>,
  training: Runs,
  rows: readonly number[],
  models: readonly ModelName[],
  seed: number,
  tests: Record<TestSize, Runs>,
): Promise<Record<TestSize, Figures>> {
  const runs: ResultRow[] = rows.map((r) => ({
    id: String(r),
    mixture: training.mixtures[r] as number[],
    values: training.losses[r] as number[],
  }));
  const input: FitInput = {
    domains: training.domains,
    counted: training.domains,
    targets: training.targets.map((name) => ({ name, weight: 1 })),
    rows: runs,
    tokens: training.domains.map(() => 0),
    proxyTokens: 0,
    repetitionTokens: 0,
    models: [...models],
    single: false,
    noise: [],
    seed,
  };
  const targets = await Promise.all(input.targets.map((_, index) => pool.run("fitTarget", { input, index })));
  const plan: FitPlan = {
    domains: input.domains,
    targets: input.targets.map((target) => ({ ...target, features: noFeatures })),
    rows: distinctRows(runs, training.domains.length, training.targets.length),
    models,
    seed,
  };
  const predictor = assemble(plan, targets);
  const features = input.targets.map(() => noFeatures);
  return Object.fromEntries(
    Object.entries(tests).map(([size, test]) => {
      const { objective, targets: predicted } = predictBatch(predictor, features, fromRows(test.mixtures));
      const actual = (t: number) => test.losses.map((row) => row[t] as number);
      const correlations = predicted.map((values, t) =>
        spearman(
          values.map(({ value }) => value),
          actual(t),
        ),
      );
      const averages = test.losses.map((row) => mean(row));
      const best = objective.reduce((at, { value }, i) => (value < (objective[at]?.value ?? 0) ? i : at), 0);
      const inside = predicted.flatMap((values, t) =>
        values.map(({ lower, upper }, i) => {
          const loss = test.losses[i]?.[t] as number;
          return lower <= loss && loss <= upper ? 1 : 0;
        }),
      );
      const figures: Figures = {
        pileCc: correlations[test.targets.indexOf("pile_cc")] as number,
        mean13: mean(correlations),
        average: spearman(
          objective.map(({ value }) => value),
          averages,
        ),
        bestPickRank: 1 + averages.filter((value) => value < (averages[best] as number)).length,
        coverage90: size === "1m" ? mean(inside) : null,
      };
      return [size, figures];
    }),
  ) as Record<TestSize, Figures>;
}

function averageFigures(figures: readonly Record<TestSize, Figures>[], sizes: readonly TestSize[]) {
  return Object.fromEntries(
    sizes.map((size) => {
      const of = (key: keyof Figures) => mean(figures.map((each) => each[size][key] ?? Number.NaN));
      return [
        size,
        {
          pileCc: of("pileCc"),
          mean13: of("mean13"),
          average: of("average"),
          bestPickRank: of("bestPickRank"),
          coverage90: size === "1m" ? of("coverage90") : null,
        },
      ];
    }),
  ) as Record<TestSize, Figures>;
}
