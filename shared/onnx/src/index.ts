export { encodeModel } from "./encode-model.js";
export { createGraphBuilder, type GraphBuilder } from "./graph-builder.js";
export type { Attribute, ElementType, OnnxGraph } from "./model.js";
export { type InferenceSession, openSession, type SessionOptions, Tensor } from "./session.js";
