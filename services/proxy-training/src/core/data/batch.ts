import type { Tokens } from "../tokens.js";
import type { MixtureSampler, Window } from "./mixture-sampler.js";

/** Tokens start … start + length of domain j. */
export type ReadTokens = (domain: number, start: number, length: number) => Tokens;

/**
 * Writes the inputs and targets of one step, position after position: after `inputs[t · batch + r]`, token t of sequence
 * r, comes `targets[t · batch + r]`.
 *
 * @param read asked for domains with windows only.
 * @param inputs context × batch, overwritten.
 * @param targets context × batch, overwritten.
 */
export function fillBatch(
  sampler: MixtureSampler,
  step: number,
  read: ReadTokens,
  inputs: Int32Array,
  targets: Int32Array,
): void {
  const windows = Array.from({ length: sampler.batch }, (_, row) => sampler.windowAt(step, row));
  fillWindows(windows, sampler.context, read, inputs, targets);
}

/** The same of given windows, one a row. */
export function fillWindows(
  windows: readonly Window[],
  context: number,
  read: ReadTokens,
  inputs: Int32Array,
  targets: Int32Array,
): void {
  const batch = windows.length;
  for (const [row, { domain, start }] of windows.entries()) {
    const tokens = read(domain, start, context + 1);
    for (let t = 0; t < context; t++) {
      inputs[t * batch + row] = tokens[t] as number;
      targets[t * batch + row] = tokens[t + 1] as number;
    }
  }
}
