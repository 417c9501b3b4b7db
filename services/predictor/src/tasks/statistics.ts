import { readFileSync } from "node:fs";
import { TargetStatistics as StatisticsMessage } from "@climb/proto/training/v1/training_service";
import { ServiceError } from "@climb/runtime/worker";
import { bigramFeature, joinFeatures, type TargetStatistics, unigramFeature } from "../core/features/bigram.js";
import type { FeatureSource } from "../core/features/source.js";

/** Names of the training-free features of a target that has statistics, in the order of their columns. */
export const FEATURE_NAMES = ["bigram", "unigram"];

/** The training-free features of a target, from its statistics file. */
export function loadFeatures(path: string, domains: readonly string[], proxyTokens: number): FeatureSource {
  const statistics = parseStatistics(readFileSync(path), domains);
  return joinFeatures([bigramFeature(statistics, proxyTokens), unigramFeature(statistics)]);
}

/**
 * Reads a TargetStatistics message and puts its domains in the given order.
 * @throws ServiceError invalid FIELD_INVALID if a domain is missing or an array has the wrong length
 */
export function parseStatistics(content: Uint8Array, domains: readonly string[]): TargetStatistics {
  const message = StatisticsMessage.decode(content);
  const pairs = message.pairs;
  const rows = domains.map((id) => {
    const row = message.domainIds.indexOf(id);
    if (row < 0)
      throw wrong(message.target, `have no domain "${id}"; they are of ${message.domainIds.length} other domains`);
    return row;
  });
  const counts = new Float64Array(aligned(message.counts, 8 * pairs, "counts", message.target));
  const size = 4 * pairs * message.domainIds.length;
  const inOrder = (bytes: Uint8Array, field: string) => {
    const all = new Float32Array(aligned(bytes, size, field, message.target));
    const ordered = new Float32Array(domains.length * pairs);
    rows.forEach((from, to) => {
      ordered.set(all.subarray(from * pairs, (from + 1) * pairs), to * pairs);
    });
    return ordered;
  };
  return {
    textBytes: Number(message.textBytes),
    domains: domains.length,
    pairs,
    counts,
    pairFrequencies: inOrder(message.pairFrequencies, "pair_frequencies"),
    firstFrequencies: inOrder(message.firstFrequencies, "first_frequencies"),
    unigramFrequencies: inOrder(message.unigramFrequencies, "unigram_frequencies"),
  };
}

/** A copy whose start is aligned for any element type. */
function aligned(bytes: Uint8Array, expected: number, field: string, target: string): ArrayBuffer {
  if (bytes.byteLength !== expected)
    throw wrong(target, `have ${bytes.byteLength} bytes of ${field}, expected ${expected}`);
  return Uint8Array.from(bytes).buffer;
}

function wrong(target: string, problem: string): ServiceError {
  return new ServiceError("invalid", "FIELD_INVALID", `the statistics of target "${target}" ${problem}`, {
    field: "tasks.statistics",
    found: problem,
    expected: "those that CreateTargetStatistics made for the same domains",
  });
}
