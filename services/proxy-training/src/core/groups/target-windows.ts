import { seeded } from "@climb/numeric";
import { createDomainStream } from "../data/domain-stream.js";
import type { Window } from "../data/mixture-sampler.js";
import type { EncodedTarget } from "../targets/items.js";
import type { Tokens } from "../tokens.js";

/** A target with what it counts. */
export interface WeightedTarget {
  target: EncodedTarget;
  /** Above 0; only ratios matter. */
  weight: number;
}

/** Windows of targets, each as often as it counts. */
export interface TargetWindows {
  /** The windows for the n-th update; `domain` is the place of the target. */
  draw(update: number): Window[];
  /** Tokens start … start + length of a target: its right answers with what stands before them, one item after another. */
  read(target: number, start: number, length: number): Tokens;
}

/**
 * Bits per byte are what targets are weighed by, and a window holds as many tokens whatever its target, so a target is drawn
 * by its weight times its tokens a byte.
 */
export function createTargetWindows(
  targets: readonly WeightedTarget[],
  { windows, context, seed }: { windows: number; context: number; seed: number },
): TargetWindows {
  const texts = targets.map(({ target }) => textOf(target, context + 1));
  const streams = texts.map(({ length: tokens }, k) =>
    createDomainStream({ seed, domainId: `target ${targets[k]?.target.name}`, tokens, context, share: 1 }),
  );
  const shares = targets.map(({ target, weight }) => (weight * tokensOf(target)) / target.scoredBytes);
  const total = shares.reduce((sum, share) => sum + share, 0);
  return {
    draw(update) {
      const offset = seeded(seed).child("target batch", update).float();
      let [at, below] = [0, shares[0] as number];
      return Array.from({ length: windows }, (_, row) => {
        const point = (total * (row + offset)) / windows;
        while (point >= below && at < shares.length - 1) below += shares[++at] as number;
        return { domain: at, start: (streams[at] as (typeof streams)[number]).startAt(update * windows + row) };
      });
    },
    read: (target, start, length) => (texts[target] as Uint32Array).subarray(start, start + length),
  };
}

function rightSequences({ items }: EncodedTarget): Tokens[] {
  return items.map(({ sequences, gold }) => sequences[gold] as Tokens);
}

/** Tokens that are predicted for the bytes that are scored. */
function tokensOf({ items }: EncodedTarget): number {
  return items.reduce((sum, { sequences, gold, scoredStart }) => {
    return sum + (sequences[gold] as Tokens).length - scoredStart;
  }, 0);
}

/** All items of a target in a row; again from the beginning if they are less than one window. */
function textOf(target: EncodedTarget, least: number): Uint32Array {
  const all = rightSequences(target);
  const tokens = all.reduce((sum, { length }) => sum + length, 0);
  const text = new Uint32Array(tokens * Math.ceil(least / tokens));
  for (let at = 0, i = 0; at < text.length; i++) {
    const sequence = all[i % all.length] as Tokens;
    text.set(sequence, at);
    at += sequence.length;
  }
  return text;
}
