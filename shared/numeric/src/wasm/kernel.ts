import { encodeModule, type WasmFunction } from "./encode.js";

// What of WebAssembly is used; the types of Node do not tell it.
declare const WebAssembly: {
  Module: new (bytes: Uint8Array<ArrayBuffer>) => object;
  Instance: new (module: object) => { exports: object };
};

interface Memory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}

const PAGE_BYTES = 65536;

/** Functions made of instructions, with a memory of their own that they work on. */
export interface Kernel<Name extends string> {
  readonly call: Readonly<Record<Name, (...parameters: number[]) => void>>;
  /** The memory, at least so many bytes of it. What was there stays; views that were given before may be dead. */
  memory(bytes: number): ArrayBuffer;
}

/**
 * Makes functions of the machine, at once. Vectors of 128 bits need a processor with SSE4.1 or NEON, as ONNX Runtime does.
 * @throws Error (CompileError) if the instructions make no sense
 */
export function createKernel<Name extends string>(functions: readonly WasmFunction<Name>[]): Kernel<Name> {
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(encodeModule(functions, 1)));
  const { memory, ...call } = exports as { memory: Memory } & Kernel<Name>["call"];
  return {
    call: call as unknown as Kernel<Name>["call"],
    memory(bytes) {
      const missing = bytes - memory.buffer.byteLength;
      if (missing > 0) memory.grow(Math.ceil(missing / PAGE_BYTES));
      return memory.buffer;
    },
  };
}
