import { createReadStream, createWriteStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { type ArtifactRef, type Platform, readJson, readWhole } from "@climb/ports";
import { DomainManifest } from "@climb/proto/clustering/v1/clustering_service";
import type { Artifact } from "@climb/proto/common/v1/artifact";
import type { ShardHost, ShardWork } from "@climb/resources";
import type { Dealing } from "../../tasks/dataset/deal.js";
import type { WrittenPart } from "../../tasks/dataset/write-parts.js";
import type { SearchContext } from "../context.js";
import { dealtName, gather, readAllDealt } from "./dealt.js";
import { modeOf, numbered, workFolder } from "./names.js";

/** What all shards of a data set need to know. */
export interface DatasetParams {
  id: string;
  /** The domain manifest. */
  manifest: { uri: string; sha256: string };
  shardBytes: number;
  /** Of the shuffled sample: its seed, its output files, and how often each document of the corpus is written (uint16). */
  mixed?: { seed: number; parts: number; copies: ArtifactRef };
  /** Once documents are dealt: what each shard was dealt to. */
  dealt?: ArtifactRef;
  /** Of the split, once documents are dealt: its SplitPart[] as JSON. */
  split?: ArtifactRef;
}

/** A part of the split: a domain's documents from some shards, in as many files. The domain after the last is all of them. */
export interface SplitPart {
  domain: number;
  from: number;
  to: number;
  files: number;
  /** Of the dealt lines. */
  bytes: number;
}

/** The outcome of a finished output part. */
export interface StoredPart extends Omit<WrittenPart, "paths"> {
  files: ArtifactRef[];
}

/** The three kinds of shards of a data set, in their order. */
export interface DatasetShards {
  /** Sizes of the documents of a shard. */
  measure: ShardWork<DatasetParams>;
  /** A shard's documents dealt to output parts. */
  deal: ShardWork<DatasetParams>;
  /** An output part: a file of the shuffle, or a domain's documents from some shards. */
  write: ShardWork<DatasetParams>;
}

/** Sizes depend on the domain set alone, so that all its data sets share them. */
export const sizesName = (manifestSha256: string, shard: number) =>
  `search/sizes/${manifestSha256}/${numbered(shard)}.u32`;
export const partName = (params: DatasetParams, part: number) =>
  `${workFolder(params.id)}${modeOf(params)}-part-${numbered(part)}.json`;

interface Prepared {
  params: DatasetParams;
  domains: DomainManifest;
  domainIds: string[];
  /** Number in the corpus of each shard's first document. */
  firsts: number[];
}

/** Declares what workers of any replica do for data sets. */
export function defineDatasetShards({ platform, pool, workers }: SearchContext, datasets: ShardHost): DatasetShards {
  const { artifacts } = platform;
  const prepare = async (params: DatasetParams): Promise<Prepared> => {
    const domains = DomainManifest.fromJSON(await readJson(artifacts, params.manifest));
    let documents = 0;
    const firsts = (domains.corpus?.shards ?? []).map((shard) => {
      const first = documents;
      documents += Number(shard.documents);
      return first;
    });
    return { params, domains, domainIds: domains.domains.map(({ id }) => id), firsts };
  };
  const local = async ({ domains }: Prepared, shard: number) => ({
    documentsPath: await artifacts.localPath(domains.corpus?.shards[shard]?.artifact as Artifact),
    assignmentsPath: await artifacts.localPath(domains.assignments[shard] as Artifact),
  });
  return {
    measure: datasets.shards({
      queue: "dataset-sizes",
      concurrency: workers,
      prepare,
      async run(prepared, shard, { signal }) {
        const sizes = await pool.run("measureShard", await local(prepared, shard), { signal });
        await artifacts.put(sizesName(prepared.params.manifest.sha256, shard), Buffer.from(sizes.buffer));
      },
    }),
    deal: datasets.shards({
      queue: "dataset-deal",
      concurrency: workers,
      prepare,
      async run(prepared, shard, { signal }) {
        const { params, domainIds, firsts, domains } = prepared;
        const first = firsts[shard] ?? 0;
        const documents = Number(domains.corpus?.shards[shard]?.documents ?? 0n);
        const dealing = await dealingOf(artifacts, params, first, documents);
        await inFolder(async (folder) => {
          const path = join(folder, "dealt");
          const task = {
            shard: await local(prepared, shard),
            first,
            domainIds,
            carried: carriedOf(domains),
            dealing,
            path,
          };
          await pool.run("dealShard", task, { signal });
          await artifacts.put(dealtName(params, shard), createReadStream(path));
        });
      },
    }),
    write: datasets.shards({
      queue: "dataset-files",
      concurrency: workers,
      prepare: async (params: DatasetParams) => {
        const prepared = await prepare(params);
        const dealt = await readAllDealt(artifacts, params.dealt as ArtifactRef);
        const split = params.split && (await readJson<SplitPart[]>(artifacts, params.split));
        return { ...prepared, dealt, split };
      },
      async run({ params, domains, domainIds, dealt, split }, part, { signal }) {
        await inFolder(async (folder) => {
          const path = join(folder, "gathered");
          const { domain, from, to, files: count, bytes } = split?.[part] ?? wholePart(part, dealt.length);
          await pipeline(Readable.from(gather(artifacts, dealt.slice(from, to), domain)), createWriteStream(path));
          const task = { path, folder: join(folder, "written"), fileBytes: bytes / count, carried: carriedOf(domains) };
          const name = params.mixed ? "writeMixed" : domain < domainIds.length ? "writeDomain" : "writeAssignments";
          const { paths, ...written } = await pool.run(name, task, { signal });
          const files: ArtifactRef[] = [];
          for (const [i, file] of paths.entries()) {
            const stored = `${workFolder(params.id)}${modeOf(params)}-file-${numbered(part)}-${numbered(i)}.parquet`;
            files.push(await artifacts.put(stored, createReadStream(file)));
          }
          const outcome: StoredPart = { ...written, files };
          await artifacts.put(partName(params, part), Buffer.from(JSON.stringify(outcome), "utf8"));
        });
      },
    }),
  };
}

function carriedOf({ corpus }: DomainManifest): readonly string[] {
  return corpus?.carried ?? [];
}

/** A part of the shuffle, which has documents from everywhere. */
function wholePart(part: number, shards: number): SplitPart {
  return { domain: part, from: 0, to: shards, files: 1, bytes: 0 };
}

async function dealingOf(
  artifacts: Platform["artifacts"],
  { mixed }: DatasetParams,
  first: number,
  documents: number,
): Promise<Dealing> {
  if (!mixed) return { kind: "split" };
  const { seed, parts, copies } = mixed;
  const chunks: Uint8Array[] = [];
  for await (const chunk of artifacts.get(copies, { start: 2 * first, length: 2 * documents })) chunks.push(chunk);
  const bytes = Uint8Array.from(Buffer.concat(chunks));
  return { kind: "mixed", seed, parts, copies: new Uint16Array(bytes.buffer) };
}

async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "climb-dataset-"));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A whole array of numbers that a shard left. */
export async function readNumbers(artifacts: Platform["artifacts"], ref: ArtifactRef): Promise<ArrayBuffer> {
  return Uint8Array.from(await readWhole(artifacts, ref)).buffer;
}
