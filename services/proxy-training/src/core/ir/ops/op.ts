import type { GraphBuilder } from "@climb/onnx";
import type { Node } from "../node.js";
import type { OpName } from "../op-types.js";

/** What an operation is: how ONNX says it, and what its inputs receive of its output's gradient. */
export interface Op<Name extends OpName> {
  /** Emits the operation and returns the name of its value. */
  emit(graph: GraphBuilder, inputs: readonly string[], node: Node<Name>): string;
  /** The gradients of the inputs; undefined where there is none. */
  gradient(gradient: Node, node: Node<Name>): readonly (Node | undefined)[];
}

/** Some operations, forward and backward side by side. One without a gradient does not compile. */
export type Ops<Names extends OpName> = { readonly [Name in Names]: Op<Name> };

/** An operation that ONNX has under a name of its own, without attributes. */
export const plain =
  (operator: string) =>
  (graph: GraphBuilder, inputs: readonly string[]): string =>
    graph.node(operator, inputs);

/** The inputs of an operation that has two. */
export function pair(inputs: readonly Node[]): [Node, Node] {
  return inputs as unknown as [Node, Node];
}

/** A list of integers as ONNX operations take it: shapes, axes. */
export function longs(graph: GraphBuilder, values: readonly number[]): string {
  return graph.constant(
    "int64",
    [values.length],
    BigInt64Array.from(values, (value) => BigInt(value)),
  );
}
