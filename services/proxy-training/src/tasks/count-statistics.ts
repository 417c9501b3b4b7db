import { readFileSync } from "node:fs";
import { type TargetOverlap, TargetStatistics } from "@climb/proto/training/v1/training_service";
import type { TaskContext } from "@climb/runtime/worker";
import { countMarked, indexNgrams, wordsFor } from "../core/overlap/ngram-index.js";
import { targetNgrams } from "../core/overlap/target-ngrams.js";
import { countDomain, type DomainCounts } from "../core/statistics/domain-counts.js";
import { indexPairs } from "../core/statistics/pair-index.js";
import { collectPairs, type TargetPairs } from "../core/statistics/target-pairs.js";
import { targetStatistics } from "../core/statistics/target-statistics.js";
import type { Tokens } from "../core/tokens.js";
import { encodeLocal, type LocalTarget } from "./local-target.js";
import { openTokenizer, type TokenizerFile } from "./tokenizers.js";

/** What is counted of a target in the domains. */
export interface CountedTarget extends TargetPairs {
  /** See targetNgrams. */
  ngrams: Uint32Array;
}

/** The token pairs and longer runs of each target. */
export function collectTargets(task: { tokenizer: TokenizerFile; targets: LocalTarget[] }): CountedTarget[] {
  const tokenizer = openTokenizer(task.tokenizer);
  return task.targets.map((target) => {
    const encoded = encodeLocal(target, tokenizer);
    return { ...collectPairs(encoded), ngrams: targetNgrams(encoded) };
  });
}

/** The longer runs of each target alone, see targetNgrams. */
export function targetRuns(task: { tokenizer: TokenizerFile; targets: LocalTarget[] }): Uint32Array[] {
  const tokenizer = openTokenizer(task.tokenizer);
  return task.targets.map((target) => targetNgrams(encodeLocal(target, tokenizer)));
}

export interface CountRangesTask {
  targets: Pick<CountedTarget, "first" | "second" | "ngrams">[];
  vocabulary: number;
  ranges: {
    tokens: Tokens;
    /** Up to 12 tokens before; empty at the start of a domain. */
    before: Tokens;
  }[];
}

const CHUNK_TOKENS = 1 << 20;

/**
 * Counts the targets' pairs in ranges of domains.
 * @returns little-endian uint32, range after range: unigrams and firsts (vocabulary each), pairs (those of the index),
 * and a bit for each longer run that occurs
 */
export function countRanges(
  { targets, vocabulary, ranges }: CountRangesTask,
  context: TaskContext<never>,
): Uint32Array {
  const index = indexPairs(targets);
  const runs = indexNgrams(targets.map(({ ngrams }) => ngrams));
  const marksAt = 2 * vocabulary + index.size;
  const rowLength = marksAt + wordsFor(runs.size);
  const rows = new Uint32Array(rowLength * ranges.length);
  ranges.forEach(({ tokens, before }, r) => {
    const counter = countDomain(index, vocabulary, before.at(-1));
    for (let start = 0; start < tokens.length; start += CHUNK_TOKENS) {
      context.throwIfAborted();
      counter.add(tokens.subarray(start, start + CHUNK_TOKENS));
    }
    const { unigrams, firsts, pairs: counts } = counter.counts();
    rows.set(unigrams, r * rowLength);
    rows.set(firsts, r * rowLength + vocabulary);
    rows.set(counts, r * rowLength + 2 * vocabulary);
    runs.scan(tokens, before, rows.subarray(r * rowLength + marksAt, (r + 1) * rowLength));
  });
  return rows;
}

export interface JoinCountsTask {
  targets: CountedTarget[];
  vocabulary: number;
  domains: { id: string; tokens: number }[];
  /** What countRanges gave, as files, in order, and the domain (its index) of each of their ranges. */
  counted: { path: string; domains: number[] }[];
}

/** What all ranges together say of each target. */
export interface JoinedCounts {
  /** Encoded TargetStatistics. */
  statistics: Uint8Array[];
  overlaps: TargetOverlap[];
}

/** Adds up the counts of all ranges. */
export function joinCounts(
  { targets, vocabulary, domains, counted }: JoinCountsTask,
  context: TaskContext<never>,
): JoinedCounts {
  const index = indexPairs(targets);
  const runs = indexNgrams(targets.map(({ ngrams }) => ngrams));
  const marks = domains.map(() => new Uint32Array(wordsFor(runs.size)));
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
      addMarks(marks[domain] as Uint32Array, rows.subarray(at));
      at += wordsFor(runs.size);
    }
    if (at !== rows.length) throw new RangeError(`${path} has ${rows.length} counts, expected ${at}`);
  }
  const statistics = targets.map((target) => {
    const told = targetStatistics(target, index, totals);
    return TargetStatistics.encode({
      target: told.target,
      textBytes: BigInt(told.textBytes),
      domainIds: domains.map(({ id }) => id),
      pairs: told.pairs,
      counts: bytesOf(told.counts),
      pairFrequencies: bytesOf(told.pairFrequencies),
      firstFrequencies: bytesOf(told.firstFrequencies),
      unigramFrequencies: bytesOf(told.unigramFrequencies),
    }).finish();
  });
  const anywhere = new Uint32Array(wordsFor(runs.size));
  for (const found of marks) addMarks(anywhere, found);
  const overlaps = targets.map(({ target }, t) => {
    const own = runs.ofTarget[t] as Int32Array;
    return {
      target,
      ngrams: BigInt(own.length),
      found: BigInt(countMarked(own, anywhere)),
      domains: domains.map(({ id }, j) => ({
        domainId: id,
        found: BigInt(countMarked(own, marks[j] as Uint32Array)),
      })),
    };
  });
  return { statistics, overlaps };
}

function addMarks(to: Uint32Array, from: Uint32Array): void {
  for (let i = 0; i < to.length; i++) to[i] = (to[i] as number) | (from[i] as number);
}

function bytesOf(values: Float64Array | Float32Array): Buffer {
  return Buffer.from(values.buffer, values.byteOffset, values.byteLength);
}
