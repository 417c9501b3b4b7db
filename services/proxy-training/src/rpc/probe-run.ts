import type { ProbeRunRequest, ProbeRunResponse } from "@climb/proto/training/v1/training_service";
import { faultsError, fieldFault } from "@climb/resources";
import type { WorkerPool } from "@climb/runtime";
import { parameterCount } from "../core/model/shape.js";
import type { TrainingOptions } from "../steps/train.js";
import type { Tasks } from "../tasks/worker.js";
import { proxyFromProto } from "./convert.js";

/** How often memory is looked at while a proxy is tried: ONNX Runtime holds some of it for parts of a step only. */
const LOOK_MS = 5;
/** Operations of one step beyond which it is not tried: some five seconds of one core. */
const MAX_OPERATIONS = 5e11;
/** Bytes of a number in weights, and of what is kept of each while training: it and two moments. */
const NUMBER_BYTES = 4;
const CHECKPOINT_NUMBERS = 3;

/**
 * Tries a proxy and looks at what this process takes meanwhile.
 * @param pool threads for callers who wait
 * @throws ServiceError FIELD_INVALID for a proxy that is none
 */
export async function probeRun(
  pool: WorkerPool<Tasks>,
  { executionProviders, stepsPerCall }: TrainingOptions,
  runsAtOnce: number,
  { proxy: given, vocabulary }: ProbeRunRequest,
  signal: AbortSignal,
): Promise<ProbeRunResponse> {
  const { proxy, faults } = proxyFromProto(given);
  if (faults.length > 0) {
    throw faultsError(faults.map(({ field, found, expected }) => fieldFault(`proxy.${field}`, found, expected)));
  }
  const shape = { ...proxy, vocabulary: vocabulary || proxy.vocabulary };
  const parameters = parameterCount(shape);
  const processBytes = process.memoryUsage.rss();
  const told = { processBytes: BigInt(processBytes), runsAtOnce };
  // Forward and backward are six operations for each token and parameter.
  if (6 * parameters * proxy.batch * proxy.context > MAX_OPERATIONS) {
    const weightsBytes = BigInt(NUMBER_BYTES * parameters);
    return { ...told, weightsBytes, checkpointBytes: BigInt(CHECKPOINT_NUMBERS) * weightsBytes };
  }
  let most = processBytes;
  const looking = setInterval(() => {
    most = Math.max(most, process.memoryUsage.rss());
  }, LOOK_MS);
  try {
    const { batch, microBatches, learningRate, averageDecay } = proxy;
    const task = { shape, batch, microBatches, learningRate, averageDecay, executionProviders, stepsPerCall };
    const { secondsPerToken, weightsBytes, checkpointBytes } = await pool.run("probeProxy", task, { signal });
    return {
      ...told,
      memoryBytes: BigInt(most - processBytes),
      secondsPerToken,
      weightsBytes: BigInt(weightsBytes),
      checkpointBytes: BigInt(checkpointBytes),
    };
  } finally {
    clearInterval(looking);
  }
}
