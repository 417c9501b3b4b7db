import {
  add,
  crossEntropy,
  divide,
  input,
  multiply,
  nextTokenProbabilities,
  relu,
  scalar,
  sqrt,
  square,
  subtract,
  sumAll,
} from "../ir/build.js";
import { emit } from "../ir/emit.js";
import { gradients } from "../ir/gradients.js";
import type { Node } from "../ir/node.js";
import { buildDecoder } from "../model/decoder.js";
import { type ModelShape, parameterSpecs } from "../model/shape.js";

/** AdamW (arXiv 1711.05101) with decoupled decay. */
export interface Optimiser {
  beta1: number;
  beta2: number;
  epsilon: number;
  weightDecay: number;
  /** Gradients are scaled so that their global norm is at most this. */
  clipNorm: number;
}

export const ADAMW: Optimiser = { beta1: 0.9, beta2: 0.95, epsilon: 1e-8, weightDecay: 0.1, clipNorm: 1 };

/**
 * One training step as one ONNX model. Inputs: tokens, targets (context · batch int32), those of {@link adamw}, and for
 * each parameter p: p, first.p, second.p. Outputs: loss, gradientNorm and next.<each of the state>.
 */
export function buildTrainingStep(shape: ModelShape, batch: number, optimiser: Optimiser = ADAMW): Uint8Array {
  const { loss, parameters, found } = lossAndGradients(shape, batch);
  return emit("training-step", { loss, ...adamw(shape, parameters, found, optimiser) });
}

/**
 * The gradients of one of `parts` micro-batches, added up. Inputs: tokens, targets (context · batch int32), and for each
 * parameter p: p, gradient.p. Outputs: loss, that of the part, and next.gradient.p = gradient.p + its gradient / parts.
 */
export function buildGradients(shape: ModelShape, batch: number, parts: number): Uint8Array {
  const { loss, found } = lossAndGradients(shape, batch);
  const outputs: Record<string, Node> = { loss };
  parameterSpecs(shape).forEach(({ name, shape: size }, i) => {
    const share = multiply(found[i] as Node, scalar(1 / parts));
    outputs[`next.gradient.${name}`] = add(input(`gradient.${name}`, size), share);
  });
  return emit("gradients", outputs);
}

/** A step from gradients: inputs those of {@link adamw}, and for each parameter p: p, gradient.p, first.p, second.p. */
export function buildUpdate(shape: ModelShape, optimiser: Optimiser = ADAMW): Uint8Array {
  const specs = parameterSpecs(shape);
  const parameters = specs.map(({ name, shape: size }) => input(name, size));
  const found = specs.map(({ name, shape: size }) => input(`gradient.${name}`, size));
  return emit("update", adamw(shape, parameters, found, optimiser));
}

function lossAndGradients(shape: ModelShape, batch: number) {
  const { parameters, tokens, hidden, head } = buildDecoder(shape, batch);
  const targets = input("targets", tokens.shape, "int32");
  const loss = crossEntropy(nextTokenProbabilities(hidden, head), hidden, head, targets);
  return { loss, parameters, found: gradients(loss, parameters) };
}

/**
 * Clipping and AdamW. Inputs: learningRate, correction1 = 1/(1−β1ᵗ), correction2 = 1/(1−β2ᵗ), first.p and second.p.
 * Outputs: gradientNorm and next.<each of the state>.
 */
function adamw(
  shape: ModelShape,
  parameters: readonly Node[],
  found: readonly Node[],
  optimiser: Optimiser,
): Record<string, Node> {
  const squared = found.map(square);
  const norm = sqrt(squared.map(sumAll).reduce((total, part) => add(total, part)));
  // min(1, clip / norm), written as 1 − relu(1 − clip / norm); every update waits for all gradients, which is what
  // makes it safe that the outputs are written over the inputs.
  const ratio = divide(scalar(optimiser.clipNorm), add(norm, scalar(1e-6)));
  const scale = subtract(scalar(1), relu(subtract(scalar(1), ratio)));

  const outputs: Record<string, Node> = { gradientNorm: norm };
  const rate = input("learningRate", []);
  const [correction1, correction2] = [input("correction1", []), input("correction2", [])];
  // What is the same for all entries is made of scalars: each pass over the parameters costs as much as their bytes.
  const first1 = multiply(scale, scalar(1 - optimiser.beta1));
  const second1 = multiply(square(scale), scalar(1 - optimiser.beta2));
  const root2 = sqrt(correction2);
  const epsilon = divide(scalar(optimiser.epsilon), root2);
  const stepSize = divide(multiply(rate, correction1), root2);
  const keep = subtract(scalar(1), multiply(rate, scalar(optimiser.weightDecay)));
  parameterSpecs(shape).forEach(({ name, shape: size }, i) => {
    const [first, second] = [input(`first.${name}`, size), input(`second.${name}`, size)];
    const nextFirst = add(multiply(first, scalar(optimiser.beta1)), multiply(found[i] as Node, first1));
    const nextSecond = add(multiply(second, scalar(optimiser.beta2)), multiply(squared[i] as Node, second1));
    // (m · c₁) / (√(v · c₂) + ε) with both corrections taken out of the quotient.
    const direction = divide(nextFirst, add(sqrt(nextSecond), epsilon));
    outputs[`next.${name}`] = subtract(multiply(parameters[i] as Node, keep), multiply(direction, stepSize));
    outputs[`next.first.${name}`] = nextFirst;
    outputs[`next.second.${name}`] = nextSecond;
  });
  return outputs;
}
