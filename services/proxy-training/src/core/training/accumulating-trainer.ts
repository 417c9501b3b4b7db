import { openSession, Tensor } from "@climb/onnx";
import { parameterSpecs } from "../model/shape.js";
import { stepsSoFar } from "./state.js";
import { buildGradients, buildUpdate } from "./step-graph.js";
import { batchTensors, parameterTensors, stateTensors, stepTensors } from "./tensors.js";
import type { Trainer, TrainerOptions } from "./training-steps.js";

/** A trainer that adds up the gradients of micro-batches before it takes a step with them. */
export async function createAccumulatingTrainer(options: TrainerOptions): Promise<Trainer> {
  const { shape, batch, microBatches: parts = 1, state, session } = options;
  const size = batch / parts;
  if (!Number.isInteger(size)) throw new RangeError(`cannot split a batch of ${batch} sequences into ${parts} parts`);
  const forwards = await openSession(buildGradients(shape, size, parts), session);
  const updating = await openSession(buildUpdate(shape), session);

  const sums = new Map(
    parameterSpecs(shape).map(({ name, shape: [rows, columns] }) => [name, new Float32Array(rows * columns)]),
  );
  const gradients = parameterTensors(shape, "gradient.", sums);
  const whole = batchTensors(shape, batch);
  const part = batchTensors(shape, size);
  const loss = new Float32Array(1);
  const partFeeds = {
    tokens: part.tokenTensor,
    targets: part.targetTensor,
    ...Object.fromEntries(parameterTensors(shape, "", state.parameters)),
    ...Object.fromEntries(gradients),
  };
  const partFetches = {
    loss: new Tensor("float32", loss, []),
    // Added up in place: each sum is read and written entry by entry.
    ...Object.fromEntries(gradients.map(([name, tensor]) => [`next.${name}`, tensor])),
  };
  const [update, stateful] = [stepTensors(0), stateTensors(shape, state)];
  const updateFeeds = { ...update.feeds, ...stateful.feeds, ...Object.fromEntries(gradients) };
  const updateFetches = { ...update.fetches, ...stateful.fetches };

  return {
    batches: [whole],
    state,
    async take([learningRate = 0]) {
      for (const sum of sums.values()) sum.fill(0);
      let total = 0;
      for (let p = 0; p < parts; p++) {
        for (let t = 0; t < shape.context; t++) {
          const from = t * batch + p * size;
          part.tokens.set(whole.tokens.subarray(from, from + size), t * size);
          part.targets.set(whole.targets.subarray(from, from + size), t * size);
        }
        await forwards.run(partFeeds, partFetches);
        total += loss[0] as number;
      }
      update.prepare(learningRate, stepsSoFar(state) + 1);
      await updating.run(updateFeeds, updateFetches);
      state.step++;
      return [{ loss: total / parts, gradientNorm: update.gradientNorm[0] as number }];
    },
    async close() {
      await forwards.release();
      await updating.release();
    },
  };
}
