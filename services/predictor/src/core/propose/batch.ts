import { roundMixture, toMillionths } from "@climb/numeric";
import type { Candidate } from "./candidates.js";

/** Collects a batch of mixtures that differ from each other and from all that is known. */
export interface Batch {
  readonly chosen: Candidate[];
  readonly full: boolean;
  /** Adds the candidate, rounded to 1e-6, if it is new and at least `distance` (L1) from all others chosen. */
  offer(candidate: Candidate, distance: number): boolean;
}

/** @param known mixtures never to be chosen again */
export function createBatch(count: number, known: readonly ArrayLike<number>[]): Batch {
  const chosen: Candidate[] = [];
  const taken = new Set(known.map((mixture) => toMillionths(mixture).join()));
  return {
    chosen,
    get full() {
      return chosen.length >= count;
    },
    offer(candidate, distance) {
      if (chosen.length >= count) return false;
      const mixture = roundMixture(candidate.mixture);
      const key = toMillionths(mixture).join();
      if (taken.has(key)) return false;
      if (chosen.some((other) => l1(other.mixture, mixture) < distance)) return false;
      taken.add(key);
      chosen.push({ mixture, origin: candidate.origin });
      return true;
    },
  };
}

/** Σ |a_j − b_j|, from 0 to 2 between mixtures. */
export function l1(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let total = 0;
  for (let j = 0; j < a.length; j++) total += Math.abs((a[j] as number) - (b[j] as number));
  return total;
}

/** Offers candidates in order until the batch holds `upTo`, asking for less distance each time they run out. */
export function fill(batch: Batch, candidates: readonly Candidate[], upTo: number, distance = 0.1): void {
  for (let apart = distance; batch.chosen.length < upTo && !batch.full; apart = apart > 1e-3 ? apart / 2 : 0) {
    for (const candidate of candidates) {
      if (batch.chosen.length >= upTo) return;
      batch.offer(candidate, apart);
    }
    if (apart === 0) return;
  }
}
