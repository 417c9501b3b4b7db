import { openSession, Tensor } from "@climb/onnx";
import { emit } from "../ir/emit.js";
import { topological } from "../ir/gradients.js";
import type { Node } from "../ir/node.js";

export type Values = Readonly<Record<string, Float32Array | Int32Array>>;

/** A graph that is kept open, for tests: from values of its inputs by name to values of its outputs. */
export async function openGraph(outputs: Readonly<Record<string, Node>>): Promise<{
  run(values: Values): Promise<Record<string, Float32Array>>;
  close(): Promise<void>;
}> {
  const session = await openSession(emit("test", outputs));
  const inputs = topological(Object.values(outputs)).filter((node): node is Node<"input"> => node.op === "input");
  return {
    async run(values) {
      const feeds = Object.fromEntries(
        inputs.map(({ attributes: { name }, type, shape }) => {
          const data = values[name];
          if (!data) throw new Error(`no values for the input ${name}`);
          return [name, new Tensor(type, data, [...shape])];
        }),
      );
      const results = await session.run(feeds);
      return Object.fromEntries(Object.keys(outputs).map((name) => [name, results[name]?.data as Float32Array]));
    },
    close: () => session.release(),
  };
}
