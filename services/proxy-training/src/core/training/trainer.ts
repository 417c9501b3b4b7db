import { type InferenceSession, openSession, type SessionOptions, Tensor } from "@climb/onnx";
import type { ModelShape } from "../model/shape.js";
import { createAccumulatingTrainer } from "./accumulating-trainer.js";
import { createKernelTrainer } from "./kernel-trainer.js";
import { stepsSoFar } from "./state.js";
import { buildTrainingSteps } from "./step-graph.js";
import { batchTensors, stateTensors, stepTensors } from "./tensors.js";
import type { StepResult, Trainer, TrainerOptions } from "./training-steps.js";
import { fitsUpdateKernel } from "./update-kernel.js";

export type { Batch, StepResult, Trainer, TrainerOptions } from "./training-steps.js";

/** Above so many bytes of logits the memory arena is left out: it keeps the most that was ever needed, several times over. */
const ARENA_LOGIT_BYTES = 64 * 2 ** 20;

/** How a training session is opened on the CPU: with a memory arena where that costs little memory. */
export function sessionOptionsFor({ context, vocabulary }: ModelShape, batch: number): SessionOptions {
  return { memoryArena: batch * context * vocabulary * 4 <= ARENA_LOGIT_BYTES };
}

/**
 * Opens a trainer on a state, which it changes from then on; the arrays in it may become others. Several micro-batches need
 * less memory and more time.
 */
export async function createTrainer(options: TrainerOptions): Promise<Trainer> {
  const { microBatches = 1, stepsPerCall = 1, session, shape } = options;
  if (microBatches > 1) return createAccumulatingTrainer(options);
  const isOnCpu = (session?.executionProviders ?? ["cpu"]).every((name) => name === "cpu");
  // On a device the state must not cross at every step.
  return isOnCpu && stepsPerCall === 1 && fitsUpdateKernel(shape)
    ? createKernelTrainer(options)
    : createWholeTrainer(options);
}

async function createWholeTrainer(options: TrainerOptions): Promise<Trainer> {
  const { shape, batch, state, session, stepsPerCall = 1 } = options;
  const batches = Array.from({ length: stepsPerCall }, () => batchTensors(shape, batch));
  const { feeds, fetches } = stateTensors(shape, state);
  const steps = batches.map((_, k) => ({ ...stepTensors(k), loss: new Float32Array(1) }));
  const open = (count: number) => openSession(buildTrainingSteps(shape, batch, count), session);
  const sessions = new Map<number, InferenceSession>([[stepsPerCall, await open(stepsPerCall)]]);

  /** Runs the model of `count` steps on the batches from `from` on. */
  const run = async (from: number, rates: readonly number[]): Promise<StepResult[]> => {
    const count = rates.length;
    const opened = sessions.get(count) ?? (await open(count));
    sessions.set(count, opened);
    const [fed, fetched] = [{ ...feeds }, { ...fetches }];
    rates.forEach((rate, k) => {
      const step = steps[k] as (typeof steps)[number];
      const { tokenTensor, targetTensor } = batches[from + k] as (typeof batches)[number];
      step.prepare(rate, stepsSoFar(state) + k + 1);
      Object.assign(fed, step.feeds, { [`tokens.${k}`]: tokenTensor, [`targets.${k}`]: targetTensor });
      Object.assign(fetched, step.fetches, { [`loss.${k}`]: new Tensor("float32", step.loss, []) });
    });
    await opened.run(fed, fetched);
    state.step += count;
    return steps.slice(0, count).map(({ loss, gradientNorm }) => ({
      loss: loss[0] as number,
      gradientNorm: gradientNorm[0] as number,
    }));
  };
  return {
    batches,
    state,
    async take(learningRates) {
      if (learningRates.length === stepsPerCall) return run(0, learningRates);
      const results: StepResult[] = [];
      for (const [k, rate] of learningRates.entries()) results.push(...(await run(k, [rate])));
      return results;
    },
    async close() {
      for (const opened of sessions.values()) await opened.release();
    },
  };
}
