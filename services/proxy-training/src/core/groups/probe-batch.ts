import { Tensor } from "@climb/onnx";
import { type ModelShape, parameterSpecs } from "../model/shape.js";

/** Windows that a model is asked about while it is trained, to be filled before each question. */
export interface ProbeBatch {
  /** (context · windows) token ids and those that follow, position after position. */
  readonly tokens: Int32Array;
  readonly targets: Int32Array;
  /** The windows and the weights of a model as they are now, by the names of a graph's inputs. */
  feeds(weights: ReadonlyMap<string, Float32Array>): Record<string, Tensor>;
}

export function createProbeBatch(shape: ModelShape, windows: number): ProbeBatch {
  const positions = shape.context * windows;
  const [tokens, targets] = [new Int32Array(positions), new Int32Array(positions)];
  const batch = {
    tokens: new Tensor("int32", tokens, [positions]),
    targets: new Tensor("int32", targets, [positions]),
  };
  return {
    tokens,
    targets,
    feeds(weights) {
      const named = parameterSpecs(shape).map(({ name, shape: size }) => {
        return [name, new Tensor("float32", weights.get(name) as Float32Array, size)] as const;
      });
      return { ...batch, ...Object.fromEntries(named) };
    },
  };
}

/** The mean over its tokens of a value of each position, for each window. */
export function windowMeans(values: Float32Array, windows: number): number[] {
  const context = values.length / windows;
  return Array.from({ length: windows }, (_, window) => {
    let sum = 0;
    for (let t = 0; t < context; t++) sum += values[t * windows + window] as number;
    return sum / context;
  });
}
