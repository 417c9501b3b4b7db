import { openSession, type SessionOptions, Tensor } from "@climb/onnx";
import { buildEvaluation } from "../evaluation/evaluator.js";
import { type ModelShape, parameterSpecs } from "../model/shape.js";

/** Compares a model that is being trained with a reference; one call at a time. */
export interface ExcessLoss {
  /** (context · windows) token ids and those that follow, position after position, to be filled before each call. */
  readonly tokens: Int32Array;
  readonly targets: Int32Array;
  /** For each window the mean over its tokens of max(0, loss − the reference's loss), nats. */
  measure(): Promise<number[]>;
  close(): Promise<void>;
}

/** @param parameters of the model, read anew at each call */
export async function createExcessLoss(options: {
  shape: ModelShape;
  windows: number;
  parameters: ReadonlyMap<string, Float32Array>;
  reference: ReadonlyMap<string, Float32Array>;
  session?: SessionOptions;
}): Promise<ExcessLoss> {
  const { shape, windows, parameters, reference } = options;
  const { context } = shape;
  const positions = context * windows;
  const session = await openSession(buildEvaluation(shape, windows), options.session);
  const [tokens, targets] = [new Int32Array(positions), new Int32Array(positions)];
  const batch = {
    tokens: new Tensor("int32", tokens, [positions]),
    targets: new Tensor("int32", targets, [positions]),
  };
  const score = async (weights: ReadonlyMap<string, Float32Array>) => {
    const nats = new Float32Array(positions);
    const named = parameterSpecs(shape).map(({ name, shape: size }) => {
      return [name, new Tensor("float32", weights.get(name) as Float32Array, size)] as const;
    });
    await session.run(
      { ...batch, ...Object.fromEntries(named) },
      { nats: new Tensor("float32", nats, [positions, 1]) },
    );
    return nats;
  };
  return {
    tokens,
    targets,
    async measure() {
      const [own, known] = [await score(parameters), await score(reference)];
      return Array.from({ length: windows }, (_, window) => {
        let sum = 0;
        for (let t = 0; t < context; t++) {
          const at = t * windows + window;
          sum += Math.max(0, (own[at] as number) - (known[at] as number));
        }
        return sum / context;
      });
    },
    close: () => session.release(),
  };
}
