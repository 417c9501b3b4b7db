/** A row of context: which tokens go in, and which of its positions are scored. */
export interface EvaluationWindow {
  /** Index of the first input token in the sequence. */
  start: number;
  /** Input tokens, at most the context. */
  length: number;
  /** Position t of the sequence is scored here for firstScored ≤ t ≤ start + length. */
  firstScored: number;
}

/**
 * Cuts a sequence so that each position t from `scoredStart` to the last is scored exactly once, with at least half a
 * context of tokens before it where there are so many: windows of `context` tokens, half a context apart.
 * @param length tokens in the sequence; position t is predicted from the tokens before it, 1 ≤ t < length
 */
export function evaluationWindows(length: number, scoredStart: number, context: number): EvaluationWindow[] {
  const windows: EvaluationWindow[] = [];
  const stride = Math.max(1, context >> 1);
  let next = scoredStart;
  while (next < length) {
    // As much as fits before the last scored position, but no later than half a context before the first.
    const start = Math.max(0, next - (next < context ? next : context - stride));
    const end = Math.min(length - 1, start + context);
    windows.push({ start, length: end - start, firstScored: next });
    next = end + 1;
  }
  return windows;
}
