import { encodeModel } from "./encode-model.js";
import type { Attribute, ElementType, Initializer, OnnxNode, TensorInfo } from "./model.js";

/** Collects a graph node by node; names are given out in order, so equal graphs have equal bytes. */
export interface GraphBuilder {
  input(name: string, type: ElementType, shape: readonly (number | string)[]): string;
  constant(type: ElementType, shape: readonly number[], data: Initializer["data"]): string;
  /** Adds an operator with one output and returns the output's name. */
  node(operator: string, inputs: readonly string[], attributes?: Readonly<Record<string, Attribute>>): string;
  /** Adds an operator with several outputs. */
  nodes(
    operator: string,
    inputs: readonly string[],
    count: number,
    attributes?: Readonly<Record<string, Attribute>>,
  ): string[];
  /** Makes a value an output of the graph under a name of its own. */
  output(name: string, value: string, type: ElementType, shape: readonly (number | string)[]): void;
  /** The bytes of the .onnx file. */
  build(): Uint8Array;
}

/** Begins an empty graph. @param name what the graph is called in the file */
export function createGraphBuilder(name: string): GraphBuilder {
  const inputs: TensorInfo[] = [];
  const outputs: TensorInfo[] = [];
  const initializers: Initializer[] = [];
  const nodes: OnnxNode[] = [];
  let count = 0;
  const fresh = () => `v${count++}`;
  const builder: GraphBuilder = {
    input(inputName, type, shape) {
      inputs.push({ name: inputName, type, shape });
      return inputName;
    },
    constant(type, shape, data) {
      const constantName = fresh();
      initializers.push({ name: constantName, type, shape, data });
      return constantName;
    },
    node: (operator, from, attributes = {}) => builder.nodes(operator, from, 1, attributes)[0] as string,
    nodes(operator, from, outputCount, attributes = {}) {
      const made = Array.from({ length: outputCount }, fresh);
      nodes.push({ operator, inputs: from, outputs: made, attributes });
      return made;
    },
    output(outputName, value, type, shape) {
      nodes.push({ operator: "Identity", inputs: [value], outputs: [outputName], attributes: {} });
      outputs.push({ name: outputName, type, shape });
    },
    build: () => encodeModel({ name, inputs, outputs, initializers, nodes }),
  };
  return builder;
}
