import { type DocumentSizes, sum } from "@climb/numeric";

/** What a data set takes from one domain. */
export interface DomainShare {
  weight: number;
  /** Tokens in the domain, N_j. */
  tokens: number;
}

/**
 * Tokens to write when the user does not say: as many as the weights allow when each domain is repeated at most
 * `maxRepetition` times, and no more than the domains have together.
 */
export function defaultDatasetTokens(domains: DomainShare[], maxRepetition: number): number {
  const limits = domains
    .filter(({ weight }) => weight > 0)
    .map(({ weight, tokens }) => (maxRepetition * tokens) / weight);
  return Math.floor(Math.min(sum(domains.map(({ tokens }) => tokens)), ...limits));
}

/**
 * Tokens to take from each domain so that the data set has `tokens` tokens at the weights.
 * @param taken tokens of each domain that another data set has, which count as repeated too
 * @throws RangeError naming the first domain that would be repeated more than `maxRepetition` times
 */
export function tokensPerDomain(
  domains: DomainShare[],
  tokens: number,
  maxRepetition: number,
  taken: readonly number[] = [],
): number[] {
  return domains.map(({ weight, tokens: own }, j) => {
    if (weight === 0) return 0;
    const repetition = (weight * tokens + (taken[j] ?? 0)) / own;
    // The slack is what rounding the weights to 1e-6 can add.
    if (!(repetition <= maxRepetition * (1 + 1e-4))) {
      throw new RangeError(
        `domain ${j} would be repeated ${repetition.toFixed(2)} times for ${tokens} tokens at weight ${weight}, the limit is ${maxRepetition}`,
      );
    }
    return weight * tokens;
  });
}

/** What a data set has of one domain. */
export interface DomainSample {
  /** Tokens that the weights ask for. */
  wanted: number;
  /** Tokens written, repeats counted. */
  tokens: number;
  /** Documents written, repeats counted. */
  documents: number;
  /** Different documents written. */
  distinct: number;
  /** UTF-8 bytes of text written. */
  textBytes: number;
}

/** What the copies of all documents come to, for each domain. @param textBytes of each document */
export function sampleOf(
  { domains, tokens }: DocumentSizes,
  textBytes: Uint32Array,
  copies: Uint16Array,
  tokensWanted: readonly number[],
): DomainSample[] {
  const samples = tokensWanted.map((wanted) => ({ wanted, tokens: 0, documents: 0, distinct: 0, textBytes: 0 }));
  copies.forEach((count, i) => {
    const sample = samples[domains[i] as number];
    if (!sample || count === 0) return;
    sample.tokens += count * (tokens[i] as number);
    sample.documents += count;
    sample.distinct++;
    sample.textBytes += count * (textBytes[i] as number);
  });
  return samples;
}

/**
 * Cuts a domain's documents into parts of about a file: each ends with the shard in which it reaches `fileBytes`, and is
 * written as so many files of about that size. None for a domain without documents.
 * @param shardBytes the domain's bytes in each shard of the corpus
 */
export function cutByBytes(
  shardBytes: readonly number[],
  fileBytes: number,
): { from: number; to: number; files: number; bytes: number }[] {
  const parts: { from: number; to: number; files: number; bytes: number }[] = [];
  let [from, bytes] = [0, 0];
  for (const [shard, own] of shardBytes.entries()) {
    bytes += own;
    const isLast = shard === shardBytes.length - 1;
    if (bytes === 0 || (bytes < fileBytes && !isLast)) continue;
    parts.push({ from, to: shard + 1, files: Math.max(1, Math.round(bytes / fileBytes)), bytes });
    [from, bytes] = [shard + 1, 0];
  }
  return parts;
}
