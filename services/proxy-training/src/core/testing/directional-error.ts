import type { Random } from "@climb/numeric";
import { gradients } from "../ir/gradients.js";
import type { Node } from "../ir/node.js";
import { openGraph, type Values } from "./evaluate-graph.js";

/**
 * How far the derived gradient of a scalar is from its central difference, for each wanted input, as a share of the
 * gradient's norm. The direction is half along the gradient, where the signal is largest, and half random, where an
 * error that leaves that projection alone shows.
 * @param distance length of the step to either side, relative to the root mean square of the input's values
 */
export async function directionalErrors(
  loss: Node,
  wanted: readonly Node<"input">[],
  values: Values,
  random: Random,
  distance = 5e-3,
): Promise<Record<string, number>> {
  const names = wanted.map(({ attributes: { name } }) => name);
  const derived = Object.fromEntries(gradients(loss, wanted).map((node, i) => [`gradient.${names[i]}`, node]));
  const both = await openGraph(derived);
  const forward = await openGraph({ loss });
  const found = await both.run(values);
  const errors: Record<string, number> = {};
  for (const name of names) {
    const gradient = found[`gradient.${name}`] as Float32Array;
    const at = values[name] as Float32Array;
    const noise = unit(Float64Array.from(gradient, () => random.normal()));
    const along = unit(gradient);
    const side = dot(noise, along) < 0 ? -1 : 1;
    const direction = unit(along.map((value, i) => value + side * (noise[i] as number)));
    const step = distance * norm(at);
    // Where float32 really went, not where it was sent.
    const [above, below] = [1, -1].map((sign) =>
      Float32Array.from(at, (value, i) => value + sign * step * (direction[i] as number)),
    ) as [Float32Array, Float32Array];
    const expected = gradient.reduce((sum, value, i) => sum + value * ((above[i] as number) - (below[i] as number)), 0);
    const [high, low] = [
      await forward.run({ ...values, [name]: above }),
      await forward.run({ ...values, [name]: below }),
    ];
    const measured = (high.loss?.[0] as number) - (low.loss?.[0] as number);
    errors[name] = Math.abs(measured - expected) / (norm(gradient) * 2 * step);
  }
  await Promise.all([both.close(), forward.close()]);
  return errors;
}

function dot(a: Float32Array | Float64Array, b: Float32Array | Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}

function norm(values: Float32Array | Float64Array): number {
  return Math.sqrt(dot(values, values));
}

function unit(values: Float32Array | Float64Array): Float64Array {
  const length = norm(values);
  return Float64Array.from(values, (value) => value / length);
}
