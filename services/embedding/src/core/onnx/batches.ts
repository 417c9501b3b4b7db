/** Texts that go through the model together, and the length they are padded to. */
export interface Batch {
  /** Indices of the texts, shortest first. */
  members: Uint32Array;
  /** Tokens of the longest member. */
  width: number;
}

/**
 * Batches of about equal cost: texts sorted by length, longest batch last, each batch at most `maxTokens` after padding
 * (one text that is longer makes a batch of its own). The order depends on the lengths alone.
 */
export function planBatches(lengths: ArrayLike<number>, maxTokens: number): Batch[] {
  const order = Uint32Array.from(lengths, (_, i) => i).sort((a, b) => at(lengths, a) - at(lengths, b) || a - b);
  const batches: Batch[] = [];
  let first = 0;
  while (first < order.length) {
    let end = first + 1;
    // Sorted, so that the newest member is the longest and decides the width.
    while (end < order.length && (end + 1 - first) * at(lengths, order[end] as number) <= maxTokens) end++;
    batches.push({ members: order.slice(first, end), width: at(lengths, order[end - 1] as number) });
    first = end;
  }
  return batches;
}

/** Share of the tokens that went through the model and were padding, 0 to 1. */
export function paddingWaste(lengths: ArrayLike<number>, batches: readonly Batch[]): number {
  let [used, padded] = [0, 0];
  for (const { members, width } of batches) {
    padded += members.length * width;
    for (const member of members) used += at(lengths, member);
  }
  return padded === 0 ? 0 : 1 - used / padded;
}

function at(values: ArrayLike<number>, i: number): number {
  return values[i] as number;
}
