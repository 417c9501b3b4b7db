import { type Random, seeded } from "@climb/numeric";
import { createPermutation } from "./permutation.js";

/** What a stream of windows depends on, and nothing else: not the mixture, not the other domains. */
export interface DomainStreamOptions {
  readonly seed: number;
  /** Names the domain in the seed. */
  readonly domainId: string;
  /** Tokens of the domain. */
  readonly tokens: number;
  /** Tokens predicted by a window; it spans one more. */
  readonly context: number;
  /** Share of the domain that may be seen, in (0, 1]; below 1 a fixed random subset of windows stands for the domain. */
  readonly share: number;
}

/** The windows of one domain in training order. */
export interface DomainStream {
  /** Windows seen before any is repeated. */
  readonly epochWindows: number;
  /** First token of the n-th window (n = 0, 1, …), which spans context + 1 tokens. */
  startAt(n: number): number;
}

/** How many windows a domain has: neighbours share one token, so that every token but the first is predicted once. */
export function windowsInDomain(tokens: number, context: number): number {
  return Math.max(0, Math.floor((tokens - 1) / context));
}

/**
 * Windows without replacement within an epoch, each epoch in another order, in constant memory and random access.
 * With the whole domain, every epoch also starts at another token of the few that do not fill a window.
 * @throws RangeError when the domain has no whole window.
 */
export function createDomainStream(options: DomainStreamOptions): DomainStream {
  const { seed, domainId, tokens, context, share } = options;
  const all = windowsInDomain(tokens, context);
  if (all < 1) {
    throw new RangeError(`domain ${domainId} has ${tokens} tokens: expected at least ${context + 1} (one window)`);
  }
  const root = seeded(seed).child("windows", domainId);
  const epochWindows = Math.min(all, Math.max(1, Math.round(all * share)));
  const subset = epochWindows < all ? createPermutation(all, root.child("subset")) : undefined;
  const slack = subset === undefined ? tokens - 1 - all * context : 0;
  // Training asks in order, so the epoch of the last question is nearly always that of the next.
  let epoch = createEpoch(root, 0, epochWindows, slack);

  return {
    epochWindows,
    startAt(n) {
      const number = Math.floor(n / epochWindows);
      if (epoch.number !== number) epoch = createEpoch(root, number, epochWindows, slack);
      const position = epoch.order(n - number * epochWindows);
      return epoch.offset + (subset === undefined ? position : subset(position)) * context;
    },
  };
}

interface Epoch {
  readonly number: number;
  readonly offset: number;
  readonly order: (index: number) => number;
}

function createEpoch(root: Random, number: number, windows: number, slack: number): Epoch {
  const random = root.child("epoch", number);
  return { number, offset: random.int(slack + 1), order: createPermutation(windows, random) };
}
