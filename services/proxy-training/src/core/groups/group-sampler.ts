import { seeded } from "@climb/numeric";
import { createDomainStream, type DomainStream } from "../data/domain-stream.js";
import type { Window } from "../data/mixture-sampler.js";
import type { GroupState } from "./group-weights.js";

export interface GroupSamplerOptions {
  /** The domains in the order of the weights. */
  readonly domains: readonly { readonly id: string; readonly tokens: number }[];
  /** Weights to begin with; a domain without weight is never read. */
  readonly mixture: readonly number[];
  /** Training tokens, rounded up to whole batches. */
  readonly tokens: number;
  /** Windows a step. */
  readonly batch: number;
  /** Tokens predicted by a window. */
  readonly context: number;
  readonly seed: number;
  /** Share of each domain that may be seen, (0, 1]. */
  readonly share: number;
}

/** The windows of a run whose mixture changes from step to step. */
export interface GroupSampler {
  readonly steps: number;
  readonly batch: number;
  readonly context: number;
  /** Places of the domains in use. */
  readonly used: readonly number[];
  /** Steps between two probes: so many that they cost about as many windows as training does. */
  readonly probeEvery: number;
  /**
   * The windows of a step by the weights as they are, counted as drawn. Domains are drawn by one random number and equal
   * distances, so that each gets its share of a batch but for less than one window.
   */
  draw(step: number, groups: GroupState): Window[];
  /** One window of each domain in use, others than training's, for the n-th update. */
  probe(update: number): Window[];
  /** How often the run has gone through what it may see of each domain. */
  epochs(groups: GroupState): number[];
}

/** @throws RangeError when a domain in use is smaller than one window */
export function createGroupSampler(options: GroupSamplerOptions): GroupSampler {
  const { domains, mixture, batch, context, seed, share } = options;
  const used = mixture.flatMap((weight, j) => (weight > 0 ? [j] : []));
  const streams = (purpose: string) =>
    domains.map(({ id, tokens }, j): DomainStream | undefined =>
      (mixture[j] as number) > 0
        ? createDomainStream({ seed, domainId: purpose + id, tokens, context, share })
        : undefined,
    );
  const [training, probing] = [streams(""), streams("probe ")];
  const windowOf = (of: (DomainStream | undefined)[], domain: number, n: number): Window => ({
    domain,
    start: (of[domain] as DomainStream).startAt(n),
  });
  return {
    steps: Math.ceil(options.tokens / (batch * context)),
    batch,
    context,
    used,
    probeEvery: Math.ceil(used.length / batch),
    draw(step, { weights, drawn }) {
      const offset = seeded(seed).child("group batch", step).float();
      let [at, below] = [0, weights[used[0] as number] as number];
      return Array.from({ length: batch }, (_, row) => {
        const point = (row + offset) / batch;
        while (point >= below && at < used.length - 1) below += weights[used[++at] as number] as number;
        const domain = used[at] as number;
        const n = drawn[domain] as number;
        drawn[domain] = n + 1;
        return windowOf(training, domain, n);
      });
    },
    probe: (update) => used.map((domain) => windowOf(probing, domain, update)),
    epochs: ({ drawn }) => drawn.map((count, j) => count / (training[j]?.epochWindows ?? 1)),
  };
}
