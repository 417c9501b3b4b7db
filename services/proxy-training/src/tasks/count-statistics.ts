import { readFileSync } from "node:fs";
import { TargetStatistics } from "@climb/proto/training/v1/training_service";
import { countDomain } from "../core/statistics/domain-counts.js";
import { indexPairs } from "../core/statistics/pair-index.js";
import { collectPairs } from "../core/statistics/target-pairs.js";
import { targetStatistics } from "../core/statistics/target-statistics.js";
import { encodeTarget } from "../core/targets/encode-items.js";
import type { Item, Score, TargetKind } from "../core/targets/items.js";
import { openTokenFile } from "./token-file.js";
import { openTokenizer, type TokenizerFile } from "./tokenizers.js";

/** A target on this machine. */
export interface LocalTarget {
  name: string;
  kind: TargetKind;
  score: Score;
  /** JSON lines of items. */
  path: string;
}

/** The tokens of a domain on this machine. */
export interface LocalDomain {
  id: string;
  tokens: number;
  path: string;
}

export interface CountStatisticsTask {
  tokenizer: TokenizerFile;
  domains: LocalDomain[];
  targets: LocalTarget[];
}

const CHUNK_TOKENS = 1 << 20;

/** Counts what the training-free features need; returns one encoded TargetStatistics for each target. */
export function countStatistics(task: CountStatisticsTask, stop: () => void): Uint8Array[] {
  const tokenizer = openTokenizer(task.tokenizer);
  const pairs = task.targets.map((target) => collectPairs(encodeLocal(target, tokenizer)));
  const index = indexPairs(pairs);
  const counts = task.domains.map((domain) => {
    const counter = countDomain(index, tokenizer.vocabulary);
    const file = openTokenFile(domain.path, domain.tokens);
    try {
      for (let start = 0; start < domain.tokens; start += CHUNK_TOKENS) {
        stop();
        counter.add(file.read(start, Math.min(CHUNK_TOKENS, domain.tokens - start)));
      }
    } finally {
      file.close();
    }
    return counter.counts();
  });
  return pairs.map((target) => {
    const statistics = targetStatistics(target, index, counts);
    return TargetStatistics.encode({
      target: statistics.target,
      textBytes: BigInt(statistics.textBytes),
      domainIds: task.domains.map(({ id }) => id),
      pairs: statistics.pairs,
      counts: bytesOf(statistics.counts),
      pairFrequencies: bytesOf(statistics.pairFrequencies),
      firstFrequencies: bytesOf(statistics.firstFrequencies),
      unigramFrequencies: bytesOf(statistics.unigramFrequencies),
    }).finish();
  });
}

/** Reads a stored target and tokenises it. */
export function encodeLocal(target: LocalTarget, tokenizer: Parameters<typeof encodeTarget>[1]) {
  const items = readFileSync(target.path, "utf8")
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Item);
  return encodeTarget({ name: target.name, kind: target.kind, items, score: target.score }, tokenizer);
}

function bytesOf(values: Float64Array | Float32Array): Buffer {
  return Buffer.from(values.buffer, values.byteOffset, values.byteLength);
}
