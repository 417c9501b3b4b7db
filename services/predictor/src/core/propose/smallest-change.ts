import { sum } from "@climb/numeric";

/**
 * The least repetition limit under which the weights can sum to one: the least c with Σ_j min(high_j, c·N_j/T) ≥ 1, by
 * bisection to a relative 1e-6, rounded up to four digits. Undefined where no limit helps because Σ high_j < 1.
 * @param tokens N_j, tokens of each domain
 * @param high the greatest weight of each domain that its own bound allows, 0 to 1
 * @param target T, tokens of the target run
 */
export function leastRepetition(
  tokens: ArrayLike<number>,
  high: ArrayLike<number>,
  target: number,
): number | undefined {
  const room = (cap: number) =>
    sum(Array.from(tokens, (count, j) => Math.min(high[j] as number, (cap * count) / target)));
  const usable = Array.from(tokens, (count, j) => (count > 0 ? (high[j] as number) : 0));
  if (sum(usable) < 1 - 1e-9) return undefined;
  let [low, top] = [0, 1];
  while (room(top) < 1 - 1e-9) top *= 2;
  while (top - low > 1e-6 * top) {
    const middle = (low + top) / 2;
    if (room(middle) < 1 - 1e-9) low = middle;
    else top = middle;
  }
  return roundedUp(top);
}

/** Constraints that leave less than 1. */
interface TooTight {
  tokens: ArrayLike<number>;
  high: ArrayLike<number>;
  target: number;
  /** The repetition limit as it is, and what the weights can sum to under it. */
  cap: number;
  room: number;
}

/** What makes upper bounds and a repetition limit that leave less than 1 feasible, as a phrase. */
export function smallestRaise({ tokens, high, target, cap, room }: TooTight): string {
  const least = leastRepetition(tokens, high, target);
  const short = (1 - room).toPrecision(3);
  if (least === undefined) return `Feasible are upper bounds that allow ${short} more together`;
  const most = Math.floor((target * cap) / least);
  return `Feasible is max_repetition from ${least}, target_tokens up to ${most}, or ${short} more room under upper bounds`;
}

/** Rounded up to four significant digits, so that what is told is feasible. */
function roundedUp(value: number): number {
  const unit = 10 ** (Math.floor(Math.log10(value)) - 3);
  return Number((Math.ceil(value / unit - 1e-9) * unit).toPrecision(4));
}
