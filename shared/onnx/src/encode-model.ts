import {
  type AttributeProto,
  AttributeProto_AttributeType as AttributeType,
  TensorProto_DataType as DataType,
  type GraphProto,
  ModelProto,
  type NodeProto,
  type TensorProto,
  type TensorShapeProto_Dimension,
  type ValueInfoProto,
} from "../gen/onnx.js";
import type { Attribute, ElementType, Initializer, OnnxGraph, OnnxNode, TensorInfo } from "./model.js";

/** Version of the file format; that of operator set 17. */
const IR_VERSION = 8;
const OPERATOR_SET = 17;
/** Versions of the operator sets beyond ONNX's own: ONNX Runtime's, and ONNX-ML's trees. */
const FURTHER_OPERATOR_SETS: Readonly<Record<string, number>> = { "com.microsoft": 1, "ai.onnx.ml": 3 };
const DATA_TYPES: Readonly<Record<ElementType, DataType>> = {
  float32: DataType.FLOAT,
  float64: DataType.DOUBLE,
  int32: DataType.INT32,
  int64: DataType.INT64,
};

/**
 * The bytes of an .onnx file. Equal graphs have equal bytes; constants are copied from where they are into the file, by
 * way of a buffer that may grow to twice the file. Whether the graph makes sense is found out when it is opened.
 * @throws Error if an integer of an attribute or shape is none of 64 bits, if a float is finite but beyond float32, or
 * if the file would be longer than 2 GB
 */
export function encodeModel(graph: OnnxGraph): Uint8Array {
  const used = new Set(graph.nodes.map(({ operator }) => domainOf(operator)));
  const further = Object.entries(FURTHER_OPERATOR_SETS).filter(([domain]) => used.has(domain));
  return ModelProto.encode({
    irVersion: IR_VERSION,
    producerName: "climb",
    graph: graphOf(graph),
    opsetImport: [{ domain: "", version: OPERATOR_SET }, ...further.map(([domain, version]) => ({ domain, version }))],
  }).finish();
}

function graphOf(graph: OnnxGraph): GraphProto {
  return {
    node: graph.nodes.map(nodeOf),
    name: graph.name,
    initializer: graph.initializers.map(tensorOf),
    input: graph.inputs.map(valueInfoOf),
    output: graph.outputs.map(valueInfoOf),
  };
}

function nodeOf({ operator, inputs, outputs, attributes }: OnnxNode): NodeProto {
  const domain = domainOf(operator);
  return {
    input: inputs,
    output: outputs,
    name: outputs[0],
    opType: domain ? operator.slice(domain.length + 1) : operator,
    attribute: Object.entries(attributes).map(([name, value]) => ({ name, ...attributeOf(value) })),
    domain,
  };
}

function domainOf(operator: string): string {
  return operator.slice(0, Math.max(0, operator.lastIndexOf(".")));
}

function attributeOf(value: Attribute): AttributeProto {
  if (typeof value === "number") return { i: value, type: AttributeType.INT };
  if (typeof value === "string") return { s: utf8(value), type: AttributeType.STRING };
  if ("float" in value) return { f: value.float, type: AttributeType.FLOAT };
  if ("floats" in value) return { floats: value.floats, type: AttributeType.FLOATS };
  if ("strings" in value) return { strings: value.strings.map(utf8), type: AttributeType.STRINGS };
  return { ints: value, type: AttributeType.INTS };
}

function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** Its bytes are a view of the data, which may be as large as memory allows. */
function tensorOf({ name, type, shape, data }: Initializer): TensorProto {
  const rawData = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return { dims: shape, dataType: DATA_TYPES[type], name, rawData };
}

function valueInfoOf({ name, type, shape }: TensorInfo): ValueInfoProto {
  return { name, type: { tensorType: { elemType: DATA_TYPES[type], shape: { dim: shape.map(dimensionOf) } } } };
}

function dimensionOf(size: number | string): TensorShapeProto_Dimension {
  return typeof size === "number" ? { dimValue: size } : { dimParam: size };
}
