import type { MixtureSampler } from "./mixture-sampler.js";

/**
 * Writes the inputs and targets of one step, row after row: `inputs[r · context + t]` is predicted to be followed by
 * `targets[r · context + t]`.
 *
 * @param read tokens start … start + length of domain j; asked for domains with windows only.
 * @param inputs batch × context, overwritten.
 * @param targets batch × context, overwritten.
 */
export function fillBatch(
  sampler: MixtureSampler,
  step: number,
  read: (domain: number, start: number, length: number) => Uint16Array,
  inputs: Int32Array,
  targets: Int32Array,
): void {
  const { batch, context } = sampler;
  for (let row = 0; row < batch; row++) {
    const { domain, start } = sampler.windowAt(step, row);
    const tokens = read(domain, start, context + 1);
    inputs.set(tokens.subarray(0, context), row * context);
    targets.set(tokens.subarray(1), row * context);
  }
}
