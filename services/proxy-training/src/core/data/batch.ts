import type { Tokens } from "../tokens.js";
import type { MixtureSampler } from "./mixture-sampler.js";

/**
 * Writes the inputs and targets of one step, position after position: after `inputs[t · batch + r]`, token t of sequence
 * r, comes `targets[t · batch + r]`.
 *
 * @param read tokens start … start + length of domain j; asked for domains with windows only.
 * @param inputs context × batch, overwritten.
 * @param targets context × batch, overwritten.
 */
export function fillBatch(
  sampler: MixtureSampler,
  step: number,
  read: (domain: number, start: number, length: number) => Tokens,
  inputs: Int32Array,
  targets: Int32Array,
): void {
  const { batch, context } = sampler;
  for (let row = 0; row < batch; row++) {
    const { domain, start } = sampler.windowAt(step, row);
    const tokens = read(domain, start, context + 1);
    for (let t = 0; t < context; t++) {
      inputs[t * batch + row] = tokens[t] as number;
      targets[t * batch + row] = tokens[t + 1] as number;
    }
  }
}
