import type { OpName } from "./op-types.js";
import { ELEMENTWISE } from "./ops/elementwise.js";
import { FUSED } from "./ops/fused.js";
import { LEAVES } from "./ops/leaves.js";
import type { Ops } from "./ops/op.js";
import { PRODUCTS } from "./ops/products.js";
import { SHAPES } from "./ops/shapes.js";

/** Every operation, forward and backward side by side. */
export const OPS: Ops<OpName> = { ...LEAVES, ...ELEMENTWISE, ...PRODUCTS, ...SHAPES, ...FUSED };
