import { wasm } from "@climb/numeric";
import { type ModelShape, parameterSpecs } from "../model/shape.js";
import type { TrainingState } from "./state.js";
import { ADAMW, biasCorrections } from "./step-graph.js";

const { createKernel, doWhile, f32x4, i32, v128, wasmFunction } = wasm;

const FLOAT_BYTES = Float32Array.BYTES_PER_ELEMENT;
const VECTOR_BYTES = 16;
/** Every tensor begins with a line of the cache. */
const LINE_FLOATS = 16;
/** What is the same for all entries of a step, in this order from address 0. */
const NUMBERS = ["beta1", "first1", "beta2", "second1", "epsilon", "stepSize", "keep"] as const;
type Numbers = Record<(typeof NUMBERS)[number], number>;
const NUMBERS_BYTES = 64;
const MOST_BYTES = 4 * 2 ** 30 - 2 ** 16;

/**
 * AdamW in one pass over parameters, both moments and gradients, where a graph of operators takes a dozen: each product, sum,
 * quotient and root is rounded as the operators' is, so the bits are those of {@link buildUpdate}.
 */
const update = wasmFunction("update", ["i32", "i32", "i32", "i32", "i32"], ([p, m, v, g, end], local) => {
  const vector = () => local("v128");
  const numbers = Object.fromEntries(NUMBERS.map((name) => [name, vector()])) as Record<
    (typeof NUMBERS)[number],
    wasm.Local
  >;
  const { beta1, first1, beta2, second1, epsilon, stepSize, keep } = numbers;
  const [gradient, first, second] = [vector(), vector(), vector()] as const;
  const { add, subtract, multiply, divide, squareRoot } = f32x4;
  const onwards = (address: wasm.Local) => address.set(i32.add(address.get, i32.constant(VECTOR_BYTES)));
  return [
    ...NUMBERS.map((name, i) => numbers[name].set(f32x4.loadSplat(i32.constant(FLOAT_BYTES * i)))),
    doWhile(
      [
        gradient.set(v128.load(g.get)),
        first.set(add(multiply(v128.load(m.get), beta1.get), multiply(gradient.get, first1.get))),
        v128.store(m.get, first.get),
        second.set(
          add(multiply(v128.load(v.get), beta2.get), multiply(multiply(gradient.get, gradient.get), second1.get)),
        ),
        v128.store(v.get, second.get),
        v128.store(
          p.get,
          subtract(
            multiply(v128.load(p.get), keep.get),
            // (m · c₁) / (√(v · c₂) + ε) with both corrections taken out of the quotient.
            multiply(divide(first.get, add(squareRoot(second.get), epsilon.get)), stepSize.get),
          ),
        ),
        ...[p, m, v, g].map(onwards),
      ],
      i32.lessThan(p.get, end.get),
    ),
  ];
});

/** Where the tensors of a model lie, one after another, in floats from the first. */
function layoutOf(shape: ModelShape): { places: { name: string; start: number; length: number }[]; floats: number } {
  let floats = 0;
  const places = parameterSpecs(shape).map(({ name, shape: [rows, columns] }) => {
    const place = { name, start: floats, length: rows * columns };
    floats += LINE_FLOATS * Math.ceil(place.length / LINE_FLOATS);
    return place;
  });
  return { places, floats };
}

/** Whether the state of a model and its gradients can be in the memory that a kernel can have. */
export function fitsUpdateKernel(shape: ModelShape): boolean {
  return NUMBERS_BYTES + 4 * FLOAT_BYTES * layoutOf(shape).floats <= MOST_BYTES;
}

/** Takes steps on a state that lies in its own memory. */
export interface UpdateKernel {
  /** The memory of the gradients by parameter, to be filled before each update. */
  gradients: Map<string, Float32Array>;
  /**
   * Clips and updates.
   * @param norm of the whole gradient
   * @param time number of the step, from 1
   */
  update(norm: number, learningRate: number, time: number): void;
}

/** Moves a state into the memory of a kernel, where it changes in place: its arrays are others from then on. */
export function createUpdateKernel(shape: ModelShape, state: TrainingState): UpdateKernel {
  const { places, floats } = layoutOf(shape);
  const kernel = createKernel([update]);
  const memory = kernel.memory(NUMBERS_BYTES + 4 * FLOAT_BYTES * floats);
  const blockAt = (block: number) => NUMBERS_BYTES + FLOAT_BYTES * floats * block;
  const views = (block: number) =>
    new Map(
      places.map(({ name, start, length }) => [
        name,
        new Float32Array(memory, blockAt(block) + FLOAT_BYTES * start, length),
      ]),
    );
  [state.parameters, state.first, state.second].forEach((values, block) => {
    for (const [name, view] of views(block)) {
      view.set(values.get(name) as Float32Array);
      values.set(name, view);
    }
  });
  const numbers = new Float32Array(memory, 0, NUMBERS.length);
  return {
    gradients: views(3),
    update(norm, learningRate, time) {
      const given = numbersOf(norm, learningRate, time);
      NUMBERS.forEach((name, i) => {
        numbers[i] = given[name];
      });
      kernel.call.update(blockAt(0), blockAt(1), blockAt(2), blockAt(3), blockAt(1));
    },
  };
}

/** The numbers of a step, each operation rounded to single precision as in the graph. */
function numbersOf(norm: number, learningRate: number, time: number): Numbers {
  const { beta1, beta2, epsilon, weightDecay, clipNorm } = ADAMW;
  const round = Math.fround;
  const ratio = round(round(clipNorm) / round(norm + round(1e-6)));
  const scale = round(1 - Math.max(0, round(1 - ratio)));
  const rate = round(learningRate);
  const [correction1, correction2] = biasCorrections(time).map(round) as [number, number];
  const root2 = round(Math.sqrt(correction2));
  return {
    beta1: round(beta1),
    first1: round(scale * round(1 - beta1)),
    beta2: round(beta2),
    second1: round(round(scale * scale) * round(1 - beta2)),
    epsilon: round(round(epsilon) / root2),
    stepSize: round(round(rate * correction1) / root2),
    keep: round(1 - round(rate * round(weightDecay))),
  };
}
