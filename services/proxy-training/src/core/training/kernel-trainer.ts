import { openSession, Tensor } from "@climb/onnx";
import { stepsSoFar } from "./state.js";
import { buildGradientStep } from "./step-graph.js";
import { batchTensors, parameterTensors } from "./tensors.js";
import type { Trainer, TrainerOptions } from "./training-steps.js";
import { createUpdateKernel } from "./update-kernel.js";

/** A trainer for the CPU: the graph makes the gradients, one pass over the state makes the step. */
export async function createKernelTrainer(options: TrainerOptions): Promise<Trainer> {
  const { shape, batch, state, session } = options;
  const opened = await openSession(buildGradientStep(shape, batch), session);
  const kernel = createUpdateKernel(shape, state);
  const { tokenTensor, targetTensor, ...whole } = batchTensors(shape, batch);
  const [loss, gradientNorm] = [new Float32Array(1), new Float32Array(1)] as const;
  const feeds = {
    tokens: tokenTensor,
    targets: targetTensor,
    ...Object.fromEntries(parameterTensors(shape, "", state.parameters)),
  };
  const fetches = {
    loss: new Tensor("float32", loss, []),
    gradientNorm: new Tensor("float32", gradientNorm, []),
    ...Object.fromEntries(parameterTensors(shape, "gradient.", kernel.gradients)),
  };
  return {
    batches: [whole],
    state,
    async take([learningRate = 0]) {
      await opened.run(feeds, fetches);
      const norm = gradientNorm[0] as number;
      kernel.update(norm, learningRate, stepsSoFar(state) + 1);
      state.step++;
      return [{ loss: loss[0] as number, gradientNorm: norm }];
    },
    close: () => opened.release(),
  };
}
