import "./quiet.js";
import { inNativeCode } from "@climb/runtime/worker";
import { InferenceSession, listSupportedBackends } from "onnxruntime-node";

export { type InferenceSession, Tensor } from "onnxruntime-node";

export interface SessionOptions {
  /** In order of preference; default ["cpu"]. */
  executionProviders?: readonly string[];
  /** Keep freed memory for the next run: faster by a tenth or so, and several times the memory. Default true. */
  memoryArena?: boolean;
}

/**
 * Opens a model (its bytes or its file) with one thread: results then depend on nothing but the model and its inputs, and parallelism comes
 * from worker threads, which is faster at these sizes than threads inside one session.
 * @throws RangeError on an unknown provider; the error of ONNX Runtime if a provider or the model cannot be loaded
 */
export async function openSession(model: Uint8Array | string, options: SessionOptions = {}): Promise<InferenceSession> {
  const { executionProviders = ["cpu"], memoryArena = true } = options;
  // ONNX Runtime passes over names that it does not know, as long as there is another one.
  const known = listSupportedBackends().map(({ name }) => name);
  const unknown = executionProviders.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw new RangeError(`there is no execution provider ${unknown} here, expected some of ${known.join(", ")}`);
  }
  const settings: InferenceSession.SessionOptions = {
    executionProviders: [...executionProviders],
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    executionMode: "sequential",
    graphOptimizationLevel: "all",
    enableCpuMemArena: memoryArena,
    enableMemPattern: memoryArena,
    logSeverityLevel: 3,
  };
  const session = await inNativeCode(() =>
    typeof model === "string" ? InferenceSession.create(model, settings) : InferenceSession.create(model, settings),
  );
  const run = session.run.bind(session) as InferenceSession["run"];
  session.run = ((...args: Parameters<typeof run>) => inNativeCode(() => run(...args))) as typeof run;
  return session;
}
