import type { MixtureSampler } from "./mixture-sampler.js";

/**
 * Writes the inputs and targets of one step, row after row: `inputs[r · context + t]` is predicted to be followed by
 * `targets[r · context + t]`.
 *
 * @param tokensOf the tokens of domain j, for example a view on its file; asked for domains with windows only.
 * @param inputs batch × context, overwritten.
 * @param targets batch × context, overwritten.
 * @throws RangeError when a domain holds fewer tokens than the sampler was told.
 */
export function fillBatch(
  sampler: MixtureSampler,
  step: number,
  tokensOf: (domain: number) => Uint16Array,
  inputs: Int32Array,
  targets: Int32Array,
): void {
  const { batch, context } = sampler;
  for (let row = 0; row < batch; row++) {
    const { domain, start } = sampler.windowAt(step, row);
    const tokens = tokensOf(domain);
    if (start + context >= tokens.length) {
      throw new RangeError(`domain ${domain} holds ${tokens.length} tokens, too few for a window at ${start}`);
    }
    inputs.set(tokens.subarray(start, start + context), row * context);
    targets.set(tokens.subarray(start + 1, start + context + 1), row * context);
  }
}
