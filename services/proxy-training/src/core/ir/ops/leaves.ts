import type { Ops } from "./op.js";

/** What a graph begins with. Gradients end here. */
export const LEAVES: Ops<"input" | "constant"> = {
  input: {
    emit: (graph, _, { attributes, type, shape }) => graph.input(attributes.name, type, shape),
    gradient: () => [],
  },
  constant: {
    emit: (graph, _, { attributes, type, shape }) => graph.constant(type, shape, attributes.data),
    gradient: () => [],
  },
};
