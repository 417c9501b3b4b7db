import type { ArtifactRef, ArtifactStore } from "@climb/ports";
import type { Artifact } from "@climb/proto/common/v1/artifact";
import type { Target } from "@climb/proto/training/v1/target";
import type { TargetStatisticsSet, TokenManifest, TokenSet } from "@climb/proto/training/v1/training_service";
import {
  type MakeContext,
  type ResourceStore,
  type ShardWork,
  type ShardWorkDefinition,
  toArtifact,
} from "@climb/resources";
import { contentId } from "@climb/runtime";
import { cutIntoJobs, type Range } from "../core/cut.js";
import { NGRAM_TOKENS } from "../core/overlap/target-ngrams.js";
import { bytesPerToken, type Tokens, tokensOf } from "../core/tokens.js";
import type { CountedTarget } from "../tasks/count-statistics.js";
import { localTargets, readManifest, required, tokenizerFile, type WorkContext } from "./inputs.js";
import { findArtifacts, numbered } from "./shard-artifacts.js";

/** Tokens that one job counts, at two or four bytes each, which it holds in memory. */
const JOB_TOKENS = 2 ** 22;

/** The set whose pairs are counted; its targets and tokens never change. */
export interface StatisticsParams {
  id: string;
}

/** What all ranges of a set share. */
interface Counting {
  manifest: TokenManifest;
  targets: CountedTarget[];
  /** The ranges of each job. */
  jobs: Range[][];
  /** The names of the jobs' counts. */
  paths: string[];
}

interface Stores {
  statistics: ResourceStore<TargetStatisticsSet>;
  tokenSets: ResourceStore<TokenSet>;
}

/** The work of the queue "statistics": counts ranges of the domains' tokens. */
export function statisticsShards(work: WorkContext, stores: Stores): ShardWorkDefinition<StatisticsParams, Counting> {
  const { platform, pool, workers } = work;
  const { artifacts } = platform;
  return {
    queue: "statistics",
    concurrency: workers,
    async prepare({ id }, { signal }) {
      const { tokenSetId, targets } = await stores.statistics.require(id);
      const manifest = await readManifest(artifacts, await stores.tokenSets.require(tokenSetId));
      const counted = await collectTargets(work, manifest, targets, signal);
      const jobs = rangesOf(manifest);
      return { manifest, targets: counted, jobs, paths: numbered(countsOf(id), jobs.length).flat() };
    },
    async run({ manifest: { domains, vocabulary }, targets, jobs, paths }, job, { signal }) {
      const ranges = await Promise.all(
        (jobs[job] ?? []).map(async ({ item, start, length }) => {
          const { artifact, tokens } = domains[item] as (typeof domains)[number];
          // With the tokens before it: what crosses from one range to the next belongs to the later one.
          const from = Math.max(0, start - NGRAM_TOKENS + 1);
          const bytes = bytesPerToken(vocabulary);
          const read = await readTokens(artifacts, required(artifact), Number(tokens), from, start + length, bytes);
          return { tokens: read.subarray(start - from), before: read.subarray(0, start - from) };
        }),
      );
      const transfer = ranges.map(({ tokens }) => tokens.buffer as ArrayBuffer);
      const counts = await pool.run("countRanges", { targets, vocabulary, ranges }, { signal, transfer });
      await artifacts.put(paths[job] as string, new Uint8Array(counts.buffer));
    },
  };
}

/** Counts the token pairs of the targets in every domain, range by range, and looks for their longer runs. */
export async function countStatistics(
  work: WorkContext,
  { id, targets }: TargetStatisticsSet,
  tokenSet: TokenSet,
  making: MakeContext<TargetStatisticsSet>,
  shards: ShardWork<StatisticsParams>,
): Promise<Pick<TargetStatisticsSet, "statistics" | "overlaps">> {
  const { platform, pool } = work;
  const { artifacts } = platform;
  const { signal } = making;
  const manifest = await readManifest(artifacts, tokenSet);
  const jobs = rangesOf(manifest);
  const counts = await making.shards(shards, {
    key: contentId("statistics-counts", id),
    params: { id },
    stage: "counting",
    unit: "tokens",
    units: jobs.map((ranges) => ranges.reduce((sum, { length }) => sum + length, 0)),
    find: findArtifacts(artifacts, numbered(countsOf(id), jobs.length)),
  });
  const task = {
    targets: await collectTargets(work, manifest, targets, signal),
    vocabulary: manifest.vocabulary,
    domains: manifest.domains.map(({ domainId, tokens }) => ({ id: domainId, tokens: Number(tokens) })),
    counted: await Promise.all(
      counts.flat().map(async (ref: ArtifactRef, job) => ({
        path: await artifacts.localPath(ref),
        domains: (jobs[job] ?? []).map(({ item }) => item),
      })),
    ),
  };
  const statistics: Artifact[] = [];
  const joined = await pool.run("joinCounts", task, { signal });
  for (const [i, bytes] of joined.statistics.entries()) {
    statistics.push(toArtifact(await artifacts.put(`training/statistics/${id}/${i}.pb`, bytes)));
  }
  return { statistics, overlaps: joined.overlaps };
}

/** Where the counts of ranges are while statistics are made. */
export function countsOf(id: string): string {
  return `training/statistics/${id}/counts/`;
}

function rangesOf({ domains }: TokenManifest): Range[][] {
  return cutIntoJobs(
    domains.map(({ tokens }) => Number(tokens)),
    JOB_TOKENS,
  );
}

async function collectTargets(
  { platform: { artifacts }, pool }: WorkContext,
  manifest: TokenManifest,
  targets: Target[],
  signal: AbortSignal,
): Promise<CountedTarget[]> {
  const [tokenizer, local] = [await tokenizerFile(artifacts, manifest), await localTargets(artifacts, targets)];
  return pool.run("collectTargets", { tokenizer, targets: local }, { signal });
}

/** Tokens from … to − 1 of a domain, each of `bytesOfOne`. @throws RangeError if there are fewer */
async function readTokens(
  artifacts: ArtifactStore,
  artifact: Artifact,
  tokens: number,
  from: number,
  to: number,
  bytesOfOne: number,
): Promise<Tokens> {
  const found = tokensOf(bytesOfOne, to - from);
  const bytes = new Uint8Array(found.buffer);
  const range = from === 0 && to === tokens ? undefined : { start: bytesOfOne * from, length: bytes.length };
  let read = 0;
  for await (const chunk of artifacts.get(artifact, range)) {
    if (read + chunk.length <= bytes.length) bytes.set(chunk, read);
    read += chunk.length;
  }
  if (read === bytes.length) return found;
  throw new RangeError(`${artifact.uri} has ${read} bytes from ${bytesOfOne * from} on, expected ${bytes.length}`);
}
