import type { OpName, OpTypes } from "./op-types.js";

export type Shape = readonly number[];

/** A value in a graph of static shapes: what makes it, and of what. */
export interface Node<Op extends OpName = OpName> {
  readonly op: Op;
  readonly inputs: readonly Node[];
  readonly attributes: OpTypes[Op];
  readonly shape: Shape;
  readonly type: "float32" | "int32" | "int64";
}

/** Values in a tensor of a shape. */
export function sizeOf(shape: Shape): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** The shape of an input that an operation is known to have. */
export function shapeOf(node: Node | undefined): Shape {
  return (node as Node).shape;
}
