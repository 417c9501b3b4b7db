import { decodeSafetensors, encodeSafetensors, type SafetensorsHeader } from "@climb/numeric";
import type { ModelShape } from "../model/shape.js";
import { namedState, tensorFault, valuesOf } from "./checkpoint.js";
import { stepsSoFar, type TrainingState } from "./state.js";

/** A tokenizer.json with the content of the token that ends a document; empty: the first well-known one. */
export interface BaseTokenizer {
  json: string;
  endOfText: string;
}

/** What a base says of itself beside its tensors. */
export interface BaseDescription {
  /** Entries of its vocabulary. */
  vocabulary: number;
  /** Unset in a file that has weights alone. */
  model: ModelShape | undefined;
  tokenizer: BaseTokenizer | undefined;
  /** Steps that its moments were made in; 0 without moments. */
  steps: number;
  /** Tokens that it was trained on, its own bases' included; 0 if it does not say. */
  tokens: number;
}

/**
 * A base as one safetensors file: weights under their names, both moments, and in the metadata the model, the tokenizer and
 * what it was trained on. So nothing else is needed to go on from it, here or elsewhere.
 * @param tokens that it was trained on
 */
export function encodeBase(
  shape: ModelShape,
  state: TrainingState,
  { json, endOfText }: BaseTokenizer,
  tokens: number,
): Uint8Array {
  const { vocabulary, width, layers, heads, context, tied, activation = "squared-relu" } = shape;
  return encodeSafetensors(namedState(shape, state), {
    model: JSON.stringify({ vocabulary, width, layers, heads, context, tied, activation }),
    steps: String(stepsSoFar(state)),
    tokens: String(tokens),
    tokenizer: json,
    endOfText,
  });
}

/** What a file says of itself. @throws RangeError if it has no embedding, or its model cannot be read */
export function describeBase({ tensors, metadata }: SafetensorsHeader): BaseDescription {
  const embedding = tensors.get("embedding");
  if (embedding?.shape.length !== 2)
    throw new RangeError(`tensor embedding is ${embedding ? `(${embedding.shape})` : "nothing"}, expected a matrix`);
  const { model, tokenizer, endOfText = "", steps, tokens } = metadata;
  const hasMoments = tensors.has("first.embedding") && tensors.has("second.embedding");
  return {
    vocabulary: embedding.shape[0] as number,
    model: model === undefined ? undefined : parseModel(model),
    tokenizer: tokenizer === undefined ? undefined : { json: tokenizer, endOfText },
    steps: hasMoments ? count(steps) : 0,
    tokens: count(tokens),
  };
}

/** Why a model cannot begin with a base, found and expected; undefined if it can. */
export function baseFault(
  shape: ModelShape,
  header: SafetensorsHeader,
): { found: string; expected: string } | undefined {
  const { model } = describeBase(header);
  const expected = describeShape(shape);
  // Heads and context do not show in the tensors: weights of other heads would fit, and mean nothing.
  if (model && describeShape(model) !== expected) return { found: describeShape(model), expected };
  const fault = tensorFault(shape, "", header.tensors);
  return fault ? { found: fault, expected } : undefined;
}

/** The state that a run begins with: the base's weights, and its moments if it has them and they are wanted. */
export function beginWithBase(
  shape: ModelShape,
  fresh: TrainingState,
  file: Uint8Array,
  freshMoments: boolean,
): TrainingState {
  const { tensors, metadata } = decodeSafetensors(file);
  const parameters = valuesOf(shape, "", tensors);
  const stepsBefore = tensors.has("first.embedding") ? count(metadata.steps) : 0;
  if (freshMoments || stepsBefore === 0) return { ...fresh, parameters };
  return {
    ...fresh,
    parameters,
    first: valuesOf(shape, "first.", tensors),
    second: valuesOf(shape, "second.", tensors),
    stepsBefore,
  };
}

function describeShape({ vocabulary, width, layers, heads, context, tied, activation = "squared-relu" }: ModelShape) {
  const head = tied ? "a tied head" : "an untied head";
  return `${layers} layers of width ${width} with ${heads} heads, a context of ${context}, a vocabulary of ${vocabulary}, ${head} and ${activation}`;
}

function parseModel(text: string): ModelShape {
  try {
    return { ...JSON.parse(text) };
  } catch (error) {
    throw new RangeError("the model in the file's metadata is not JSON", { cause: error });
  }
}

function count(text: string | undefined): number {
  const value = Number(text ?? 0);
  return Number.isSafeInteger(value) && value > 0 ? value : 0;
}
