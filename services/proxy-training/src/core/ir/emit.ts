import { createGraphBuilder } from "@climb/onnx";
import { topological } from "./gradients.js";
import type { Node } from "./node.js";
import { OPS } from "./ops.js";

/** Writes the graph that computes the named outputs as an ONNX model. */
export function emit(name: string, outputs: Readonly<Record<string, Node>>): Uint8Array {
  const graph = createGraphBuilder(name);
  const values = new Map<Node, string>();
  for (const node of topological(Object.values(outputs))) {
    const op = OPS[node.op] as { emit(g: typeof graph, inputs: readonly string[], node: Node): string };
    const inputs = node.inputs.map((from) => values.get(from) as string);
    values.set(node, op.emit(graph, inputs, node));
  }
  for (const [outputName, node] of Object.entries(outputs)) {
    graph.output(outputName, values.get(node) as string, node.type, node.shape);
  }
  return graph.build();
}
