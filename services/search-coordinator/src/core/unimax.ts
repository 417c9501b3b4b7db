/**
 * UniMax's mixture (Chung et al., arXiv 2304.09151, algorithm 1): weights as equal as they can be when no domain is
 * repeated more than `cap` times. The smallest domain takes its fair share of what is left, or all that it has, and so on.
 * @param tokens N_j of each domain; a domain of 0 gets weight 0
 * @param targetTokens T, tokens of the target run
 * @returns weights that sum to 1; proportional to the tokens where cap·ΣN_j < T
 * @throws RangeError if no domain has tokens
 */
export function unimax(tokens: readonly number[], targetTokens: number, cap: number): number[] {
  const order = tokens.map((_, j) => j).filter((j) => (tokens[j] as number) > 0);
  if (order.length === 0) throw new RangeError("the domains have no tokens");
  order.sort((a, b) => (tokens[a] as number) - (tokens[b] as number) || a - b);
  const taken = tokens.map(() => 0);
  let left = targetTokens;
  order.forEach((j, i) => {
    const share = Math.min(left / (order.length - i), cap * (tokens[j] as number));
    taken[j] = share;
    left -= share;
  });
  const total = targetTokens - left;
  return taken.map((share) => share / total);
}
