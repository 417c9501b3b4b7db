/** Instructions as bytes. An expression leaves one value on the stack, a statement none. */
export type Code = readonly number[];

// The numbers of the binary format: WebAssembly Core Specification 2.0, chapter 5.
const TYPES = { i32: 0x7f, f64: 0x7c, v128: 0x7b } as const;
const [FUNCTION_TYPE, END] = [0x60, 0x0b] as const;
const SECTIONS = { type: 1, function: 3, memory: 5, export: 7, code: 10 } as const;
const EXPORTED = { function: 0, memory: 2 } as const;

export type ValueType = keyof typeof TYPES;

/** A function without results: what it makes it leaves in the memory. */
export interface WasmFunction<Name extends string = string> {
  name: Name;
  parameters: readonly ValueType[];
  locals: readonly ValueType[];
  body: Code;
}

/** The bytes of a module with the functions and one memory of at least `pages` of 64 KiB, all exported by name. */
export function encodeModule(functions: readonly WasmFunction[], pages: number): Uint8Array<ArrayBuffer> {
  const types = functions.map(({ parameters }) => [FUNCTION_TYPE, ...list(parameters.map((type) => [TYPES[type]])), 0]);
  const exported = functions.map(({ name }, i) => [...text(name), EXPORTED.function, ...unsigned(i)]);
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d],
    ...[1, 0, 0, 0],
    ...section(SECTIONS.type, list(types)),
    ...section(SECTIONS.function, list(functions.map((_, i) => unsigned(i)))),
    ...section(SECTIONS.memory, list([[0, ...unsigned(pages)]])),
    ...section(SECTIONS.export, list([...exported, [...text("memory"), EXPORTED.memory, 0]])),
    ...section(SECTIONS.code, list(functions.map(functionCode))),
  ]);
}

function functionCode({ locals, body }: WasmFunction): Code {
  const code = [...list(locals.map((type) => [1, TYPES[type]])), ...body, END];
  return [...unsigned(code.length), ...code];
}

function section(id: number, content: Code): Code {
  return [id, ...unsigned(content.length), ...content];
}

function list(items: readonly Code[]): Code {
  return [...unsigned(items.length), ...items.flat()];
}

function text(name: string): Code {
  return [...unsigned(name.length), ...Array.from(name, (letter) => letter.charCodeAt(0))];
}

/** An unsigned integer below 2^31 in LEB128. */
export function unsigned(value: number): Code {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsigned(value >>> 7)];
}

/** A signed integer of 32 bits in LEB128. */
export function signed(value: number): Code {
  return value >= -0x40 && value < 0x40 ? [value & 0x7f] : [(value & 0x7f) | 0x80, ...signed(value >> 7)];
}
