import { add, constant } from "./build.js";
import type { Node } from "./node.js";
import { OPS } from "./ops.js";

/** The nodes below a node, inputs before users. */
export function topological(roots: readonly Node[]): Node[] {
  const order: Node[] = [];
  const seen = new Set<Node>();
  const visit = (node: Node) => {
    if (seen.has(node)) return;
    seen.add(node);
    node.inputs.forEach(visit);
    order.push(node);
  };
  roots.forEach(visit);
  return order;
}

/**
 * Reverse-mode differentiation: the gradient of a scalar with respect to each of `parameters`, as further nodes.
 * @throws Error if the scalar does not depend on a parameter
 */
export function gradients(loss: Node, parameters: readonly Node[]): Node[] {
  const wanted = new Set<Node>(parameters);
  const order = topological([loss]);
  // Only what leads to a parameter needs a gradient.
  for (const node of order) if (node.inputs.some((from) => wanted.has(from))) wanted.add(node);
  const found = new Map<Node, Node>([[loss, constant(Float32Array.of(1), [])]]);
  for (const node of order.reverse()) {
    const gradient = found.get(node);
    if (!gradient || !wanted.has(node)) continue;
    const op = OPS[node.op] as { gradient(g: Node, node: Node): readonly (Node | undefined)[] };
    if (node.inputs.length === 0) continue;
    op.gradient(gradient, node).forEach((part, i) => {
      const from = node.inputs[i] as Node;
      if (!part || !wanted.has(from)) return;
      const known = found.get(from);
      found.set(from, known ? add(known, part) : part);
    });
  }
  return parameters.map((parameter, i) => {
    const gradient = found.get(parameter);
    if (!gradient) throw new Error(`the loss does not depend on parameter ${i}`);
    return gradient;
  });
}
