import { seeded } from "@climb/numeric";
import { describe, expect, it } from "vitest";
import { directionalErrors } from "../testing/directional-error.js";
import { openGraph } from "../testing/evaluate-graph.js";
import {
  add,
  attend,
  batchMatmul,
  constant,
  crossEntropy,
  divide,
  gatherRows,
  input,
  log,
  matmul,
  multiply,
  negate,
  nextTokenProbabilities,
  pick,
  relu,
  reshape,
  rmsNorm,
  rotary,
  scatterRows,
  sigmoid,
  softmax,
  sqrt,
  square,
  squaredRelu,
  step,
  subtract,
  sumAll,
  sumLast,
  transpose,
} from "./build.js";
import { gradients } from "./gradients.js";
import { type Node, type Shape, sizeOf } from "./node.js";
import type { OpName } from "./op-types.js";
import { OPS } from "./ops.js";

const random = seeded("gradients of operations");

interface Case {
  /** The shapes of the float inputs. */
  inputs: Shape[];
  /** Their values; default standard normal. */
  draw?: () => number;
  build: (inputs: Node[]) => Node;
}

const [x, y] = [(inputs: Node[]) => inputs[0] as Node, (inputs: Node[]) => inputs[1] as Node];
const indices = constant(Int32Array.of(2, 0, 2, 5), [4]);
/** Away from 0, where a quotient, a root, a logarithm or a kink has no useful difference quotient. */
const positive = () => 0.5 + random.float();
const awayFromZero = () => (random.float() < 0.5 ? -1 : 1) * positive();

/** Operations without a gradient, each with its reason. */
const WITHOUT_GRADIENT = {
  input: "a leaf: gradients end here",
  constant: "nothing is learnt in it",
  step: "flat wherever it is differentiable; only the gradient of relu uses it",
  pick: "for evaluation; training uses crossEntropy, which never builds a gradient of that size",
} as const satisfies Partial<Record<OpName, string>>;

/** Operations that are differentiated, each with at least one case; a new one without does not compile. */
const CASES: { [Op in Exclude<OpName, keyof typeof WITHOUT_GRADIENT>]: Record<string, Case> } = {
  add: {
    "equal shapes": {
      inputs: [
        [3, 4],
        [3, 4],
      ],
      build: (i) => add(x(i), y(i)),
    },
    "a column": {
      inputs: [
        [3, 4],
        [3, 1],
      ],
      build: (i) => add(x(i), y(i)),
    },
    "a scalar": { inputs: [[], [3, 4]], build: (i) => add(x(i), y(i)) },
    "a value with itself": { inputs: [[3, 4]], build: (i) => multiply(add(x(i), x(i)), x(i)) },
  },
  subtract: {
    "equal shapes": {
      inputs: [
        [3, 4],
        [3, 4],
      ],
      build: (i) => subtract(x(i), y(i)),
    },
    "a column": {
      inputs: [
        [3, 4],
        [3, 1],
      ],
      build: (i) => subtract(x(i), y(i)),
    },
  },
  multiply: {
    "equal shapes": {
      inputs: [
        [3, 4],
        [3, 4],
      ],
      build: (i) => multiply(x(i), y(i)),
    },
    "a column": {
      inputs: [
        [3, 1],
        [3, 4],
      ],
      build: (i) => multiply(x(i), y(i)),
    },
    "a scalar": { inputs: [[3, 4], []], build: (i) => multiply(x(i), y(i)) },
  },
  divide: {
    "equal shapes": {
      inputs: [
        [3, 4],
        [3, 4],
      ],
      draw: awayFromZero,
      build: (i) => divide(x(i), y(i)),
    },
    "by a column": {
      inputs: [
        [3, 4],
        [3, 1],
      ],
      draw: awayFromZero,
      build: (i) => divide(x(i), y(i)),
    },
  },
  negate: { any: { inputs: [[3, 4]], build: (i) => negate(x(i)) } },
  square: { any: { inputs: [[3, 4]], build: (i) => square(x(i)) } },
  sqrt: { any: { inputs: [[3, 4]], draw: positive, build: (i) => sqrt(x(i)) } },
  log: { any: { inputs: [[3, 4]], draw: positive, build: (i) => log(x(i)) } },
  relu: { any: { inputs: [[3, 4]], draw: awayFromZero, build: (i) => relu(x(i)) } },
  squaredRelu: { any: { inputs: [[3, 4]], draw: awayFromZero, build: (i) => squaredRelu(x(i)) } },
  sigmoid: { any: { inputs: [[3, 4]], build: (i) => sigmoid(x(i)) } },
  softmax: { any: { inputs: [[2, 3, 5]], build: (i) => softmax(x(i)) } },
  matmul: {
    "neither transposed": {
      inputs: [
        [3, 4],
        [4, 5],
      ],
      build: (i) => matmul(x(i), y(i)),
    },
    "the first": {
      inputs: [
        [4, 3],
        [4, 5],
      ],
      build: (i) => matmul(x(i), y(i), { transposeA: true }),
    },
    "the second": {
      inputs: [
        [3, 4],
        [5, 4],
      ],
      build: (i) => matmul(x(i), y(i), { transposeB: true }),
    },
    both: {
      inputs: [
        [4, 3],
        [5, 4],
      ],
      build: (i) => matmul(x(i), y(i), { transposeA: true, transposeB: true }),
    },
    scaled: {
      inputs: [
        [3, 4],
        [4, 5],
      ],
      build: (i) => matmul(x(i), y(i), { scale: 0.3 }),
    },
  },
  batchMatmul: {
    any: {
      inputs: [
        [2, 3, 4, 5],
        [2, 3, 5, 6],
      ],
      build: (i) => batchMatmul(x(i), y(i)),
    },
  },
  attend: {
    any: {
      inputs: [
        [3, 4, 5],
        [5, 3, 6],
      ],
      build: (i) => attend(x(i), y(i)),
    },
  },
  reshape: { any: { inputs: [[3, 4]], build: (i) => reshape(x(i), [2, 3, 2]) } },
  transpose: { "three axes round": { inputs: [[2, 3, 4]], build: (i) => transpose(x(i), [2, 0, 1]) } },
  sumLast: { any: { inputs: [[2, 3, 4]], build: (i) => sumLast(x(i)) } },
  sumAll: { any: { inputs: [[2, 3, 4]], build: (i) => sumAll(x(i)) } },
  gatherRows: { "a row twice": { inputs: [[6, 3]], build: (i) => gatherRows(x(i), indices) } },
  scatterRows: { "a row twice": { inputs: [[4, 3]], build: (i) => scatterRows(x(i), indices, 6) } },
  rotary: {
    forth: {
      inputs: [[6, 8]],
      build: (i) => rotary(x(i), { context: 3, headWidth: 4, base: 10, backwards: false }),
    },
    back: { inputs: [[6, 8]], build: (i) => rotary(x(i), { context: 3, headWidth: 4, base: 10, backwards: true }) },
  },
  rmsNorm: { any: { inputs: [[3, 4]], build: (i) => rmsNorm(x(i), 1e-5) } },
  crossEntropy: {
    "hidden state and head": {
      inputs: [
        [4, 3],
        [6, 3],
      ],
      build: (i) => crossEntropy(nextTokenProbabilities(x(i), y(i)), x(i), y(i), indices),
    },
    "a head that is the embedding too": {
      inputs: [[6, 3]],
      build: (i) => {
        const hidden = gatherRows(x(i), constant(Int32Array.of(1, 1, 4, 2), [4]));
        return crossEntropy(nextTokenProbabilities(hidden, x(i)), hidden, x(i), indices);
      },
    },
  },
};

describe("gradients agree with finite differences", () => {
  for (const [op, cases] of Object.entries(CASES)) {
    for (const [what, { inputs: shapes, draw = () => random.normal(), build }] of Object.entries(cases)) {
      it(`${op}, ${what}`, async () => {
        const inputs = shapes.map((shape, i) => input(`x${i}`, shape) as Node<"input">);
        const values = Object.fromEntries(
          inputs.map(({ attributes, shape }) => [attributes.name, Float32Array.from({ length: sizeOf(shape) }, draw)]),
        );
        const result = build(inputs);
        // Weights of the result, so that no two of its entries count alike.
        const weights = constant(Float32Array.from({ length: sizeOf(result.shape) }, positive), result.shape);
        const errors = await directionalErrors(sumAll(multiply(result, weights)), inputs, values, random);
        for (const error of Object.values(errors)) expect(error).toBeLessThan(5e-3);
      });
    }
  }
});

describe("operations", () => {
  it("gather and scatter at the same indices, adding where an index comes twice", async () => {
    const rows = constant(Float32Array.of(1, 2, 10, 20, 100, 200, 1000, 2000), [4, 2]);
    const graph = await openGraph({
      table: scatterRows(rows, indices, 6),
      picked: pick(rows, constant(Int32Array.of(1, 0, 1, 0), [4])),
      sign: step(constant(Float32Array.of(-2, 0, 3), [3])),
    });
    const { table, picked, sign } = await graph.run({});
    expect([...(table as Float32Array)]).toEqual([10, 20, 0, 0, 101, 202, 0, 0, 0, 0, 1000, 2000]);
    expect([...(picked as Float32Array)]).toEqual([2, 10, 200, 1000]);
    expect([...(sign as Float32Array)]).toEqual([-1, 0, 1]);
    await graph.close();
  });

  it("refuse shapes that do not fit and say which", () => {
    const [a, b] = [input("a", [3, 4]), input("b", [3, 5])];
    expect(() => add(a, b)).toThrow("shapes (3,4) and (3,5) do not go together");
    expect(() => matmul(a, b)).toThrow("cannot multiply (3,4) by (3,5)");
    expect(() => matmul(a, b, { transposeB: true })).toThrow("cannot multiply (3,4) by (3,5)ᵀ");
    expect(() => batchMatmul(a, b)).toThrow("cannot multiply");
    expect(() => reshape(a, [5, 2])).toThrow("cannot reshape (3,4) to (5,2)");
    expect(() => constant(Float32Array.of(1, 2), [3])).toThrow("2 values for the shape (3)");
  });

  it("have a case or a reason for having no gradient", async () => {
    expect(Object.keys({ ...CASES, ...WITHOUT_GRADIENT }).sort()).toEqual(Object.keys(OPS).sort());
    const x = input("x", [4, 6]);
    expect(() => gradients(sumAll(step(x)), [x])).toThrow("does not depend on parameter 0");
    expect(() => gradients(sumAll(pick(x, indices)), [x])).toThrow("pick is for evaluation; train with crossEntropy");
  });

  it("say so when a parameter has no part in the loss", () => {
    expect(() => gradients(sumAll(input("a", [2])), [input("b", [2])])).toThrow("does not depend on parameter 0");
  });
});
