import type { OpName, OpTypes } from "./ops.js";

export type Shape = readonly number[];

/** A value in a graph of static shapes: what makes it, and of what. */
export interface Node<Op extends OpName = OpName> {
  readonly op: Op;
  readonly inputs: readonly Node[];
  readonly attributes: OpTypes[Op];
  readonly shape: Shape;
  readonly type: "float32" | "int32";
}

export function sizeOf(shape: Shape): number {
  return shape.reduce((product, size) => product * size, 1);
}
