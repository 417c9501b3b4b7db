/** Types of elements of tensors: floating point of 32 bits, integers with a sign of 32 and 64. */
export type ElementType = "float32" | "float64" | "int32" | "int64";

/** An input or output of a graph. */
export interface TensorInfo {
  /** By which it is fed or fetched; no other value of the graph has it. */
  name: string;
  type: ElementType;
  /** Elements in each dimension, [] for a single value. A string is a size known only when the model runs; the same string is the same size. */
  shape: readonly (number | string)[];
}

/** A constant of a graph. */
export interface Initializer {
  /** By which nodes use it; no other value of the graph has it. */
  name: string;
  type: ElementType;
  /** Elements in each dimension, [] for a single value; their product is the length of `data`. */
  shape: readonly number[];
  /** Elements, the last dimension running fastest; of the array type that `type` says. Read when the model is encoded. */
  data: Float32Array | Float64Array | Int32Array | BigInt64Array;
}

/** An attribute: an integer, a float (`{ float: x }`, because 1 could be either), a string, or a list of one of them. */
export type Attribute =
  | number
  | { float: number }
  | string
  | readonly number[]
  | { floats: readonly number[] }
  | { strings: readonly string[] };

/** One use of an operator in a graph. */
export interface OnnxNode {
  /** Of ONNX itself, or with its domain in front: "com.microsoft.RotaryEmbedding". */
  operator: string;
  /** Names of values in the operator's order; "" for an optional one that is left out. */
  inputs: readonly string[];
  /** Names that the results get, in the operator's order; no other value of the graph has them. */
  outputs: readonly string[];
  /** By the operator's names for them; those that are not here have the operator's defaults. */
  attributes: Readonly<Record<string, Attribute>>;
}

/** A model: what is fed, what is computed, what is fetched. */
export interface OnnxGraph {
  /** For people; it has no effect. */
  name: string;
  inputs: readonly TensorInfo[];
  outputs: readonly TensorInfo[];
  initializers: readonly Initializer[];
  /** In an order in which every input is made before it is used. */
  nodes: readonly OnnxNode[];
}
