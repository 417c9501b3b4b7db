import { readFileSync } from "node:fs";
import { TargetStatistics } from "@climb/proto/training/v1/training_service";
import type { TaskContext } from "@climb/runtime/worker";
import { countDomain, type DomainCounts } from "../core/statistics/domain-counts.js";
import { indexPairs } from "../core/statistics/pair-index.js";
import { collectPairs, type TargetPairs } from "../core/statistics/target-pairs.js";
import { targetStatistics } from "../core/statistics/target-statistics.js";
import { encodeLocal, type LocalTarget } from "./local-target.js";
import { openTokenizer, type TokenizerFile } from "./tokenizers.js";

/** The token pairs of each target. */
export function collectTargetPairs(task: { tokenizer: TokenizerFile; targets: LocalTarget[] }): TargetPairs[] {
  const tokenizer = openTokenizer(task.tokenizer);
  return task.targets.map((target) => collectPairs(encodeLocal(target, tokenizer)));
}

export interface CountRangesTask {
  pairs: Pick<TargetPairs, "first" | "second">[];
  vocabulary: number;
  ranges: { tokens: Uint16Array /** The token before; −1 at the start of a domain. */; before: number }[];
}

const CHUNK_TOKENS = 1 << 20;

/**
 * Counts the targets' pairs in ranges of domains.
 * @returns little-endian uint32, range after range: unigrams and firsts (vocabulary each), pairs (those of the index)
 */
export function countRanges({ pairs, vocabulary, ranges }: CountRangesTask, context: TaskContext<never>): Uint32Array {
  const index = indexPairs(pairs);
  const rowLength = 2 * vocabulary + index.size;
  const rows = new Uint32Array(rowLength * ranges.length);
  ranges.forEach(({ tokens, before }, r) => {
    const counter = countDomain(index, vocabulary, before);
    for (let start = 0; start < tokens.length; start += CHUNK_TOKENS) {
      context.throwIfAborted();
      counter.add(tokens.subarray(start, start + CHUNK_TOKENS));
    }
    const { unigrams, firsts, pairs: counts } = counter.counts();
    rows.set(unigrams, r * rowLength);
    rows.set(firsts, r * rowLength + vocabulary);
    rows.set(counts, r * rowLength + 2 * vocabulary);
  });
  return rows;
}

export interface JoinCountsTask {
  pairs: TargetPairs[];
  vocabulary: number;
  domains: { id: string; tokens: number }[];
  /** What countRanges gave, as files, in order, and the domain (its index) of each of their ranges. */
  counted: { path: string; domains: number[] }[];
}

/** Adds up the counts of all ranges; returns one encoded TargetStatistics for each target. */
export function joinCounts(
  { pairs, vocabulary, domains, counted }: JoinCountsTask,
  context: TaskContext<never>,
): Uint8Array[] {
  const index = indexPairs(pairs);
  const totals = domains.map(
    ({ tokens }): DomainCounts => ({
      tokens,
      unigrams: new Float64Array(vocabulary),
      firsts: new Float64Array(vocabulary),
      pairs: new Float64Array(index.size),
    }),
  );
  for (const { path, domains: ofRanges } of counted) {
    context.throwIfAborted();
    const file = readFileSync(path);
    const rows = new Uint32Array(file.buffer.slice(file.byteOffset, file.byteOffset + file.byteLength));
    let at = 0;
    const addTo = (sums: Float64Array) => {
      for (let i = 0; i < sums.length; i++) sums[i] = (sums[i] as number) + (rows[at + i] as number);
      at += sums.length;
    };
    for (const domain of ofRanges) {
      const { unigrams, firsts, pairs: counts } = totals[domain] as DomainCounts;
      for (const sums of [unigrams, firsts, counts]) addTo(sums);
    }
    if (at !== rows.length) throw new RangeError(`${path} has ${rows.length} counts, expected ${at}`);
  }
  return pairs.map((target) => {
    const statistics = targetStatistics(target, index, totals);
    return TargetStatistics.encode({
      target: statistics.target,
      textBytes: BigInt(statistics.textBytes),
      domainIds: domains.map(({ id }) => id),
      pairs: statistics.pairs,
      counts: bytesOf(statistics.counts),
      pairFrequencies: bytesOf(statistics.pairFrequencies),
      firstFrequencies: bytesOf(statistics.firstFrequencies),
      unigramFrequencies: bytesOf(statistics.unigramFrequencies),
    }).finish();
  });
}

function bytesOf(values: Float64Array | Float32Array): Buffer {
  return Buffer.from(values.buffer, values.byteOffset, values.byteLength);
}
