import { seeded } from "@climb/numeric";
import type { Item } from "./items.js";

/** Bytes of a target's sample unless told otherwise. */
export const DEFAULT_SAMPLE_BYTES = 100_000;

/** How much of a target is scored. */
export interface SampleLimit {
  /** UTF-8 bytes of context and right answer, summed over the items; default 100,000. Infinity: all. */
  readonly maxBytes?: number;
  readonly maxItems?: number;
  readonly seed?: number;
}

/**
 * A random part of the items within the limit, in their old order; at least one item. The same items, limit and seed
 * give the same sample.
 */
export function sampleItems(items: readonly Item[], limit: SampleLimit = {}): Item[] {
  const { maxBytes = DEFAULT_SAMPLE_BYTES, maxItems = Number.POSITIVE_INFINITY, seed = 0 } = limit;
  const order = items.map((_, index) => index);
  seeded(seed).child("target sample").shuffle(order);
  const chosen: number[] = [];
  let bytes = 0;
  for (const index of order) {
    bytes += itemBytes(items[index] as Item);
    if (chosen.length > 0 && (bytes > maxBytes || chosen.length >= maxItems)) break;
    chosen.push(index);
  }
  return chosen.sort((a, b) => a - b).map((index) => items[index] as Item);
}

/** UTF-8 bytes of the context and the right answer. */
export function itemBytes(item: Item): number {
  return utf8Length(item.context) + utf8Length(item.choices[item.gold] as string);
}

/** Bytes of a string in UTF-8, lone surrogates as U+FFFD. */
export function utf8Length(text: string): number {
  return new TextEncoder().encode(text).length;
}
