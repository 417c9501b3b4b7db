import { PRESETS } from "../presets.js";
import { initialState } from "./state.js";
import { createTrainer, type StepResult, type TrainerOptions } from "./trainer.js";

/** Steps that are compared: a fault in an update shows in the losses that follow. */
const STEPS = 4;
/** Relative difference that rounding in another order may make. */
const TOLERANCE = 1e-3;

/** Takes a few steps of a nano proxy on made-up tokens. */
export async function takeCheckSteps(options: Pick<TrainerOptions, "session" | "stepsPerCall">): Promise<StepResult[]> {
  const proxy = { ...PRESETS.nano, vocabulary: 256 } as NonNullable<(typeof PRESETS)[string]>;
  const { session, stepsPerCall = 1 } = options;
  const trainer = await createTrainer({
    shape: proxy,
    batch: proxy.batch,
    state: initialState(proxy, 1),
    stepsPerCall,
    ...(session && { session }),
  });
  const results: StepResult[] = [];
  try {
    while (results.length < STEPS) {
      const batches = trainer.batches.slice(0, STEPS - results.length);
      batches.forEach(({ tokens, targets }, k) => {
        const at = results.length + k;
        tokens.forEach((_, i) => {
          tokens[i] = (i * 7 + at) % proxy.vocabulary;
          targets[i] = (i * 7 + 7 + at) % proxy.vocabulary;
        });
      });
      results.push(...(await trainer.take(batches.map(() => proxy.learningRate))));
    }
  } finally {
    await trainer.close();
  }
  return results;
}

/** Where steps differ from those of the CPU by more than rounding; undefined if they do not. */
export function disagreement(reference: readonly StepResult[], found: readonly StepResult[]): string | undefined {
  for (const [i, expected] of reference.entries()) {
    for (const what of ["loss", "gradientNorm"] as const) {
      const [a, b] = [expected[what], found[i]?.[what] ?? Number.NaN];
      if (Math.abs(b - a) <= TOLERANCE * Math.abs(a)) continue;
      const name = what === "loss" ? "loss" : "gradient norm";
      return `the ${name} of step ${i + 1} is ${b}, on the CPU it is ${a}`;
    }
  }
  return undefined;
}
