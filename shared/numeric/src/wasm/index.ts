export type { Code } from "./encode.js";
export * from "./instructions.js";
export { createKernel, type Kernel } from "./kernel.js";
