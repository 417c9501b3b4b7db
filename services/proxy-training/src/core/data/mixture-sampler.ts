import { seeded } from "@climb/numeric";
import { createDomainStream, type DomainStream } from "./domain-stream.js";
import { windowCounts } from "./window-counts.js";

/** What a run trains on. */
export interface MixtureSamplerOptions {
  /** The domains in the order of the mixture. */
  readonly domains: readonly { readonly id: string; readonly tokens: number }[];
  /** Weights, at least 0; rounded to millionths of their sum. */
  readonly mixture: ArrayLike<number>;
  /** Weights of the last steps, and what share of all steps those are, rounded to whole ones; none unless given. */
  readonly decay?: { readonly share: number; readonly mixture: ArrayLike<number> } | undefined;
  /** Training tokens, rounded up to whole batches. */
  readonly tokens: number;
  /** Windows a step. */
  readonly batch: number;
  /** Tokens predicted by a window. */
  readonly context: number;
  readonly seed: number;
  /**
   * Tokens of the run that this one stands for. Every domain is sub-sampled to tokens / targetTokens of its size, so
   * that the proxy repeats it as often as the target run would (arXiv 2606.07597). 0, absent or less than `tokens`: no.
   */
  readonly targetTokens?: number;
}

/** Where a window lies: tokens start … start + context of a domain. */
export interface Window {
  readonly domain: number;
  readonly start: number;
}

/** The windows of a run, in random access: a resumed run asks for the step at which it stopped. */
export interface MixtureSampler {
  readonly steps: number;
  readonly batch: number;
  readonly context: number;
  /** Windows of each domain in the whole run; they sum to steps × batch. */
  readonly windowCounts: readonly number[];
  /** How often the run goes through what it may see of each domain: 1 = each window once. 0 for an unused domain. */
  readonly epochs: readonly number[];
  /** @throws RangeError outside 0 … steps − 1 and 0 … batch − 1. */
  windowAt(step: number, row: number): Window;
}

/**
 * Draws exact numbers of windows from every domain. The n-th window of a domain depends on (seed, domain id, context,
 * tokens / targetTokens) only, so runs that share a seed are paired. Each domain is spread evenly over the run, with a
 * seeded jitter: its share is the same early, when the learning rate is high, and late. With a mixture of its own for the
 * last steps that holds of each of the two parts, and the second goes on with each domain's windows where the first ended.
 *
 * @throws RangeError when a domain that gets windows is smaller than one, or an option is out of range.
 */
export function createMixtureSampler(options: MixtureSamplerOptions): MixtureSampler {
  const { domains, mixture, batch, context, seed, targetTokens = 0 } = options;
  requirePositiveInteger("batch", batch);
  requirePositiveInteger("context", context);
  requirePositiveInteger("tokens", options.tokens);
  for (const { length } of [mixture, ...(options.decay ? [options.decay.mixture] : [])]) {
    if (length !== domains.length)
      throw new RangeError(`the mixture has ${length} weights for ${domains.length} domains`);
  }
  const steps = Math.ceil(options.tokens / (batch * context));
  const parts = partsOf(options, steps).map((part) => windowCounts(part.mixture, part.steps * batch));
  const counts = domains.map((_, j) => parts.reduce((sum, part) => sum + (part[j] as number), 0));
  const share = targetTokens > options.tokens ? options.tokens / targetTokens : 1;
  const streams = domains.map((domain, j): DomainStream | undefined =>
    counts[j] === 0
      ? undefined
      : createDomainStream({ seed, domainId: domain.id, tokens: domain.tokens, context, share }),
  );
  const schedule = scheduleOf(
    parts,
    domains.map(({ id }) => id),
    seed,
  );

  return {
    steps,
    batch,
    context,
    windowCounts: counts,
    epochs: counts.map((count, j) => count / (streams[j]?.epochWindows ?? 1)),
    windowAt(step, row) {
      const slot = step * batch + row;
      const domain = schedule.domain[slot];
      const stream = domain === undefined ? undefined : streams[domain];
      if (!(row >= 0 && row < batch) || domain === undefined || stream === undefined) {
        throw new RangeError(`step ${step}, row ${row}: expected a step below ${steps} and a row below ${batch}`);
      }
      return { domain, start: stream.startAt(schedule.ordinal[slot] as number) };
    },
  };
}

/** The one or two parts of a run, each with its mixture. */
function partsOf({ mixture, decay }: MixtureSamplerOptions, steps: number) {
  if (!decay || steps < 2) return [{ mixture, steps }];
  const last = Math.min(steps - 1, Math.max(1, Math.round(decay.share * steps)));
  return [
    { mixture, steps: steps - last },
    { mixture: decay.mixture, steps: last },
  ];
}

interface Schedule {
  domain: Uint32Array;
  ordinal: Uint32Array;
}

/** The parts one after the other. @param parts windows of each domain in each */
function scheduleOf(parts: readonly (readonly number[])[], ids: readonly string[], seed: number): Schedule {
  const [first = [], second] = parts;
  const general = interleave(first, ids, seed);
  if (!second) return general;
  const decay = interleave(second, ids, seed);
  const ordinal = decay.ordinal.map((n, slot) => n + (first[decay.domain[slot] as number] as number));
  return { domain: joined(general.domain, decay.domain), ordinal: joined(general.ordinal, ordinal) };
}

function joined(a: Uint32Array, b: Uint32Array): Uint32Array {
  const both = new Uint32Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}

/**
 * Which domain each slot takes, and the how-manyth window of that domain it is. Window n of a domain with c windows
 * stands at time (n + jitter) / c, jitter uniform in [0, 1).
 */
function interleave(counts: readonly number[], ids: readonly string[], seed: number): Schedule {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const domain = new Uint32Array(total);
  const ordinal = new Uint32Array(total);
  const time = new Float64Array(total);
  let slot = 0;
  counts.forEach((count, j) => {
    const random = seeded(seed).child("interleave", ids[j] as string);
    for (let n = 0; n < count; n++, slot++) {
      domain[slot] = j;
      ordinal[slot] = n;
      time[slot] = (n + random.float()) / count;
    }
  });
  // Equal times keep the order of the domains: sort is stable.
  const order = Uint32Array.from(time, (_, s) => s).sort((a, b) => (time[a] as number) - (time[b] as number) || a - b);
  return { domain: order.map((s) => domain[s] as number), ordinal: order.map((s) => ordinal[s] as number) };
}

function requirePositiveInteger(name: string, value: number): void {
  if (!Number.isSafeInteger(value) || value < 1) throw new RangeError(`${name} is ${value}: expected an integer ≥ 1`);
}
