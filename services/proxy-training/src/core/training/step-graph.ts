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

/** What makes up for moments that began at nothing: 1/(1−β1ᵗ) and 1/(1−β2ᵗ). @param time number of the step, from 1 */
export function biasCorrections(time: number): [number, number] {
  return [1 / (1 - ADAMW.beta1 ** time), 1 / (1 - ADAMW.beta2 ** time)];
}

/** What a step changes: for each parameter itself and both moments, in the order of `parameterSpecs`. */
interface StateNodes {
  parameters: readonly Node[];
  first: readonly Node[];
  second: readonly Node[];
}

/**
 * Some training steps after each other as one ONNX model, so that the state crosses to a device and back once for all.
 * Inputs: for the k-th step tokens.k, targets.k (context · batch int32) and those of {@link adamw}, and for each
 * parameter p: p, first.p, second.p. Outputs: loss.k, gradientNorm.k and next.<each of the state>.
 */
export function buildTrainingSteps(
  shape: ModelShape,
  batch: number,
  steps: number,
  optimiser: Optimiser = ADAMW,
): Uint8Array {
  let state = stateInputs(shape);
  const outputs: Record<string, Node> = {};
  for (let k = 0; k < steps; k++) {
    const positions = [shape.context * batch];
    const tokens = input(`tokens.${k}`, positions, "int32");
    const { loss, found } = lossAndGradients(shape, batch, {
      parameters: state.parameters,
      tokens,
      targets: input(`targets.${k}`, positions, "int32"),
    });
    const { norm, next } = adamw(state, found, k, optimiser);
    outputs[`loss.${k}`] = loss;
    outputs[`gradientNorm.${k}`] = norm;
    state = next;
  }
  return emit("training-steps", { ...outputs, ...stateOutputs(shape, state) });
}

/**
 * A step but for what it changes, which {@link createUpdateKernel} does. Inputs: tokens, targets (context · batch int32), and
 * each parameter p. Outputs: loss, gradientNorm, and gradient.p for each.
 */
export function buildGradientStep(shape: ModelShape, batch: number): Uint8Array {
  const { loss, found } = lossAndGradients(shape, batch);
  const outputs: Record<string, Node> = { loss, gradientNorm: normOf(found.map(square)) };
  parameterSpecs(shape).forEach(({ name }, i) => {
    outputs[`gradient.${name}`] = found[i] as Node;
  });
  return emit("gradient-step", outputs);
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

/**
 * A step from gradients: inputs those of {@link adamw} with k = 0, and for each parameter p: p, gradient.p, first.p,
 * second.p. Outputs: gradientNorm.0 and next.<each of the state>.
 */
export function buildUpdate(shape: ModelShape, optimiser: Optimiser = ADAMW): Uint8Array {
  const found = parameterSpecs(shape).map(({ name, shape: size }) => input(`gradient.${name}`, size));
  const { norm, next } = adamw(stateInputs(shape), found, 0, optimiser);
  return emit("update", { "gradientNorm.0": norm, ...stateOutputs(shape, next) });
}

function lossAndGradients(
  shape: ModelShape,
  batch: number,
  given: { parameters?: readonly Node[]; tokens?: Node; targets?: Node } = {},
) {
  const { parameters, tokens, hidden, head } = buildDecoder(shape, batch, given);
  const targets = given.targets ?? input("targets", tokens.shape, "int32");
  const loss = crossEntropy(nextTokenProbabilities(hidden, head), hidden, head, targets);
  return { loss, found: gradients(loss, parameters) };
}

function stateInputs(shape: ModelShape): StateNodes {
  const inputs = (prefix: string) => parameterSpecs(shape).map((spec) => input(prefix + spec.name, spec.shape));
  return { parameters: inputs(""), first: inputs("first."), second: inputs("second.") };
}

function stateOutputs(shape: ModelShape, { parameters, first, second }: StateNodes): Record<string, Node> {
  const outputs: Record<string, Node> = {};
  parameterSpecs(shape).forEach(({ name }, i) => {
    outputs[`next.${name}`] = parameters[i] as Node;
    outputs[`next.first.${name}`] = first[i] as Node;
    outputs[`next.second.${name}`] = second[i] as Node;
  });
  return outputs;
}

function normOf(squared: readonly Node[]): Node {
  return sqrt(squared.map(sumAll).reduce((total, part) => add(total, part)));
}

/**
 * Clipping and AdamW of the k-th step. Inputs: learningRate.k, correction1.k = 1/(1−β1ᵗ), correction2.k = 1/(1−β2ᵗ).
 * Returns the gradient's norm and the state after it.
 */
function adamw(
  { parameters, first, second }: StateNodes,
  found: readonly Node[],
  k: number,
  optimiser: Optimiser,
): { norm: Node; next: StateNodes } {
  const squared = found.map(square);
  const norm = normOf(squared);
  // min(1, clip / norm), written as 1 − relu(1 − clip / norm); every update waits for all gradients, which is what
  // makes it safe that the outputs are written over the inputs.
  const ratio = divide(scalar(optimiser.clipNorm), add(norm, scalar(1e-6)));
  const scale = subtract(scalar(1), relu(subtract(scalar(1), ratio)));

  const rate = input(`learningRate.${k}`, []);
  const [correction1, correction2] = [input(`correction1.${k}`, []), input(`correction2.${k}`, [])];
  // What is the same for all entries is made of scalars: each pass over the parameters costs as much as their bytes.
  const first1 = multiply(scale, scalar(1 - optimiser.beta1));
  const second1 = multiply(square(scale), scalar(1 - optimiser.beta2));
  const root2 = sqrt(correction2);
  const epsilon = divide(scalar(optimiser.epsilon), root2);
  const stepSize = divide(multiply(rate, correction1), root2);
  const keep = subtract(scalar(1), multiply(rate, scalar(optimiser.weightDecay)));
  const nextFirst = first.map((m, i) => add(multiply(m, scalar(optimiser.beta1)), multiply(found[i] as Node, first1)));
  const nextSecond = second.map((v, i) =>
    add(multiply(v, scalar(optimiser.beta2)), multiply(squared[i] as Node, second1)),
  );
  const nextParameters = parameters.map((parameter, i) => {
    // (m · c₁) / (√(v · c₂) + ε) with both corrections taken out of the quotient.
    const direction = divide(nextFirst[i] as Node, add(sqrt(nextSecond[i] as Node), epsilon));
    return subtract(multiply(parameter, keep), multiply(direction, stepSize));
  });
  return { norm, next: { parameters: nextParameters, first: nextFirst, second: nextSecond } };
}
