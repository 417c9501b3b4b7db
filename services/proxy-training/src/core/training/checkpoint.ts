import { decodeSafetensors, encodeSafetensors, type NamedTensor } from "@climb/numeric";
import type { GroupState } from "../groups/group-weights.js";
import { type ModelShape, parameterSpecs } from "../model/shape.js";
import type { TrainingState } from "./state.js";

/** A whole state as safetensors: parameters under their names, the rest as first.<name>, second.<name>, average.<name>. */
export function encodeCheckpoint(shape: ModelShape, state: TrainingState): Uint8Array {
  const tensors = [...namedState(shape, state), ...(state.average ? tensorsOf(shape, "average.", state.average) : [])];
  const groups = state.groups && { groups: JSON.stringify(state.groups) };
  const before = state.stepsBefore && { stepsBefore: String(state.stepsBefore) };
  return encodeSafetensors(tensors, { step: String(state.step), ...before, ...groups });
}

/** The parameters alone. */
export function encodeWeights(shape: ModelShape, state: Pick<TrainingState, "parameters">): Uint8Array {
  return encodeSafetensors(tensorsOf(shape, "", state.parameters));
}

/** @throws RangeError naming the first tensor that is missing or of another shape */
export function decodeCheckpoint(shape: ModelShape, file: Uint8Array): TrainingState {
  const { tensors, metadata } = decodeSafetensors(file);
  const group = (prefix: string) => valuesOf(shape, prefix, tensors);
  const step = Number(metadata.step);
  if (!Number.isInteger(step) || step < 0)
    throw new RangeError(`the checkpoint's step is ${metadata.step}, expected a count`);
  return {
    step,
    parameters: group(""),
    first: group("first."),
    second: group("second."),
    ...(metadata.stepsBefore !== undefined && { stepsBefore: Number(metadata.stepsBefore) }),
    ...(tensors.has("average.embedding") && { average: group("average.") }),
    ...(metadata.groups !== undefined && { groups: JSON.parse(metadata.groups) as GroupState }),
  };
}

/** @throws RangeError naming the first tensor that is missing or of another shape */
export function decodeWeights(shape: ModelShape, file: Uint8Array): Map<string, Float32Array> {
  return valuesOf(shape, "", decodeSafetensors(file).tensors);
}

/** Parameters and both moments as named tensors. */
export function namedState(
  shape: ModelShape,
  { parameters, first, second }: Pick<TrainingState, "parameters" | "first" | "second">,
): NamedTensor[] {
  const group = (prefix: string, values: Map<string, Float32Array>) => tensorsOf(shape, prefix, values);
  return [...group("", parameters), ...group("first.", first), ...group("second.", second)];
}

/** What of a shape a file does not have as it should, in words; undefined if it has all. */
export function tensorFault(
  shape: ModelShape,
  prefix: string,
  tensors: ReadonlyMap<string, Pick<NamedTensor, "shape">>,
): string | undefined {
  for (const spec of parameterSpecs(shape)) {
    const tensor = tensors.get(prefix + spec.name);
    const found = tensor ? `(${tensor.shape})` : "nothing";
    if (String(tensor?.shape) !== String(spec.shape))
      return `tensor ${prefix}${spec.name} is ${found}, expected (${spec.shape})`;
  }
  return undefined;
}

/** The tensors of a shape from those of a file. @throws RangeError naming the first that is missing or of another shape */
export function valuesOf(
  shape: ModelShape,
  prefix: string,
  tensors: ReadonlyMap<string, NamedTensor>,
): Map<string, Float32Array> {
  const fault = tensorFault(shape, prefix, tensors);
  if (fault) throw new RangeError(fault);
  return new Map(parameterSpecs(shape).map(({ name }) => [name, (tensors.get(prefix + name) as NamedTensor).data]));
}

function tensorsOf(shape: ModelShape, prefix: string, values: Map<string, Float32Array>): NamedTensor[] {
  return parameterSpecs(shape).map((spec) => ({
    name: prefix + spec.name,
    shape: spec.shape,
    data: values.get(spec.name) as Float32Array,
  }));
}
