import { createProtoWriter, type ProtoWriter } from "./protobuf.js";

// Field numbers and enum values of onnx.proto3 (ONNX IR version 8, operator set 17).
const IR_VERSION = 8;
const OPERATOR_SET = 17;
/** Versions of the operator sets beyond ONNX's own: ONNX Runtime's, and ONNX-ML's trees. */
const FURTHER_OPERATOR_SETS: Readonly<Record<string, number>> = { "com.microsoft": 1, "ai.onnx.ml": 3 };
const DATA_TYPES = { float32: 1, int32: 6, int64: 7 } as const;
const ATTRIBUTE_TYPES = { float: 1, int: 2, string: 3, floats: 6, ints: 7, strings: 8 } as const;

export type ElementType = keyof typeof DATA_TYPES;

export interface TensorInfo {
  name: string;
  type: ElementType;
  /** A string is a size known only when the model runs. */
  shape: readonly (number | string)[];
}

export interface Initializer {
  name: string;
  type: ElementType;
  shape: readonly number[];
  data: Float32Array | Int32Array | BigInt64Array;
}

/** An attribute: an integer, a float (`{ float: x }`, because 1 could be either), a string, or a list of one of them. */
export type Attribute =
  | number
  | { float: number }
  | string
  | readonly number[]
  | { floats: readonly number[] }
  | { strings: readonly string[] };

export interface OnnxNode {
  /** Of ONNX itself, or with its domain in front: "com.microsoft.RotaryEmbedding". */
  operator: string;
  inputs: readonly string[];
  outputs: readonly string[];
  attributes: Readonly<Record<string, Attribute>>;
}

export interface OnnxGraph {
  name: string;
  inputs: readonly TensorInfo[];
  outputs: readonly TensorInfo[];
  initializers: readonly Initializer[];
  /** In an order in which every input is made before it is used. */
  nodes: readonly OnnxNode[];
}

/** The bytes of an .onnx file. */
export function encodeModel(graph: OnnxGraph): Uint8Array {
  const model = createProtoWriter();
  model.varint(1, IR_VERSION);
  model.text(2, "climb");
  model.message(7, (writer) => writeGraph(writer, graph));
  model.message(8, (opset) => {
    opset.text(1, "");
    opset.varint(2, OPERATOR_SET);
  });
  const used = new Set(graph.nodes.map(({ operator }) => domainOf(operator)));
  for (const [domain, version] of Object.entries(FURTHER_OPERATOR_SETS)) {
    if (!used.has(domain)) continue;
    model.message(8, (opset) => {
      opset.text(1, domain);
      opset.varint(2, version);
    });
  }
  return model.finish();
}

function writeGraph(writer: ProtoWriter, graph: OnnxGraph): void {
  for (const node of graph.nodes) writer.message(1, (inner) => writeNode(inner, node));
  writer.text(2, graph.name);
  for (const tensor of graph.initializers) writer.message(5, (inner) => writeTensor(inner, tensor));
  for (const input of graph.inputs) writer.message(11, (inner) => writeValueInfo(inner, input));
  for (const output of graph.outputs) writer.message(12, (inner) => writeValueInfo(inner, output));
}

function writeNode(writer: ProtoWriter, node: OnnxNode): void {
  for (const input of node.inputs) writer.text(1, input);
  for (const output of node.outputs) writer.text(2, output);
  writer.text(3, node.outputs[0] ?? "");
  const domain = domainOf(node.operator);
  writer.text(4, domain ? node.operator.slice(domain.length + 1) : node.operator);
  for (const [name, value] of Object.entries(node.attributes)) {
    writer.message(5, (inner) => writeAttribute(inner, name, value));
  }
  if (domain) writer.text(7, domain);
}

function domainOf(operator: string): string {
  return operator.slice(0, Math.max(0, operator.lastIndexOf(".")));
}

function writeAttribute(writer: ProtoWriter, name: string, value: Attribute): void {
  writer.text(1, name);
  if (typeof value === "number") {
    writer.varint(3, value);
    writer.varint(20, ATTRIBUTE_TYPES.int);
  } else if (typeof value === "string") {
    writer.bytes(4, new TextEncoder().encode(value));
    writer.varint(20, ATTRIBUTE_TYPES.string);
  } else if ("float" in value) {
    writer.float(2, value.float);
    writer.varint(20, ATTRIBUTE_TYPES.float);
  } else if ("floats" in value) {
    for (const item of value.floats) writer.float(7, item);
    writer.varint(20, ATTRIBUTE_TYPES.floats);
  } else if ("strings" in value) {
    for (const item of value.strings) writer.bytes(9, new TextEncoder().encode(item));
    writer.varint(20, ATTRIBUTE_TYPES.strings);
  } else {
    writer.packedVarints(8, value);
    writer.varint(20, ATTRIBUTE_TYPES.ints);
  }
}

function writeTensor(writer: ProtoWriter, { name, type, shape, data }: Initializer): void {
  writer.packedVarints(1, shape);
  writer.varint(2, DATA_TYPES[type]);
  writer.text(8, name);
  writer.bytes(9, new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
}

function writeValueInfo(writer: ProtoWriter, { name, type, shape }: TensorInfo): void {
  writer.text(1, name);
  writer.message(2, (typeProto) =>
    typeProto.message(1, (tensor) => {
      tensor.varint(1, DATA_TYPES[type]);
      tensor.message(2, (dimensions) => {
        for (const size of shape) {
          dimensions.message(1, (dimension) => {
            if (typeof size === "number") dimension.varint(1, size);
            else dimension.text(2, size);
          });
        }
      });
    }),
  );
}
