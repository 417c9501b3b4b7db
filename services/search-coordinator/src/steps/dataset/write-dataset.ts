import { sum } from "@climb/numeric";
import { type ArtifactRef, keptJson, type Platform, readJson } from "@climb/ports";
import type { Artifact } from "@climb/proto/common/v1/artifact";
import type { Dataset, DatasetSpec } from "@climb/proto/search/v1/search_service";
import { type MakeContext, toArtifact } from "@climb/resources";
import { contentId } from "@climb/runtime";
import { cutByBytes } from "../../core/index.js";
import type { SearchContext } from "../context.js";
import { datasetCard } from "./card.js";
import { type Dealt, dealtName, storeAllDealt } from "./dealt.js";
import { readInputs, type SampleInputs } from "./inputs.js";
import { datasetManifest } from "./manifest.js";
import { modeOf, numbered, workFolder } from "./names.js";
import { samplePlan } from "./sample-plan.js";
import { type DatasetParams, type DatasetShards, partName, type SplitPart, type StoredPart } from "./shards.js";
import { documentsByShard, type Writing } from "./writing.js";

const DEFAULT_SHARD_BYTES = 64 * 1024 * 1024;
const ASSIGNMENTS = "assignments";

/** The files of one of the two forms of a data set, by their names in it. */
interface Written {
  files: Record<string, ArtifactRef>;
  documents: number;
  textBytes: number;
}

/**
 * Writes a globally shuffled sample at the mixture, the corpus split by domain, or both. Documents are measured, chosen,
 * dealt to output parts, and each part is sorted and written on its own: memory holds one part and ten bytes a document.
 */
export async function writeDataset(
  context: SearchContext,
  shards: DatasetShards,
  { id, spec: given }: Dataset,
  making: MakeContext<Dataset>,
): Promise<(before: Dataset) => Dataset> {
  const { artifacts } = context.platform;
  const spec = given as DatasetSpec;
  const inputs = await readInputs(artifacts, context.peers, spec, making.signal);
  const { uri, sha256 } = inputs.manifest;
  const shardBytes = Number(spec.options?.shardBytes ?? 0n) || DEFAULT_SHARD_BYTES;
  const params: DatasetParams = { id, manifest: { uri, sha256 }, shardBytes };
  const writing = { artifacts, pool: context.pool, shards, inputs, making };
  const mixed = inputs.sample && (await writeSample(writing, params, inputs.sample, spec.seed));
  const split = spec.options?.byDomain ? await writeSplit(writing, params) : undefined;

  const files: Record<string, Artifact> = {};
  for (const [name, ref] of Object.entries({ ...mixed?.files, ...split?.files })) files[name] = toArtifact(ref);
  const { decontamination } = inputs;
  const card = datasetCard({ manifest: inputs.domains, decontamination, spec, mixed, split });
  files["README.md"] = toArtifact(await artifacts.put(`search/datasets/${id}/README.md`, Buffer.from(card, "utf8")));
  const manifest = datasetManifest({ spec, inputs, sample: mixed?.domains, files, documents: mixed ?? split });
  const stored = await artifacts.put(`search/datasets/${id}/manifest.json`, Buffer.from(manifest, "utf8"));
  files["manifest.json"] = toArtifact(stored);
  const { documents = 0, textBytes = 0 } = mixed ?? split ?? {};
  return (before) => ({ ...before, files, documents: BigInt(documents), textBytes: BigInt(textBytes) });
}

async function writeSample(writing: Writing, params: DatasetParams, drawn: SampleInputs, seed: number) {
  const { domains, ...mixed } = await samplePlan(writing, params, drawn, seed);
  const bytes = sum(domains.map(({ textBytes }) => textBytes));
  const partBytes = Array.from({ length: mixed.parts }, () => Math.max(1, bytes / mixed.parts));
  const { ref } = await deal(writing, { ...params, mixed });
  const parts = await write(writing, { ...params, mixed, dealt: ref }, partBytes);
  return { ...combined(parts, () => "train"), domains };
}

async function writeSplit(writing: Writing, params: DatasetParams): Promise<Written> {
  const domains = writing.inputs.domains.domains;
  const { ref, dealt } = await deal(writing, params);
  const plan = await planSplit(writing, params, dealt);
  const parts = await write(
    writing,
    { ...params, dealt: ref, split: plan.ref },
    plan.parts.map(({ bytes }) => bytes),
  );
  return combined(parts, (part) => {
    const domain = domains[plan.parts[part]?.domain ?? 0];
    return domain ? `by-domain/${domain.id}/train` : ASSIGNMENTS;
  });
}

/** Cuts each domain into parts of about a file, so that many replicas may write a large one. */
async function planSplit({ artifacts, inputs }: Writing, params: DatasetParams, dealt: readonly Dealt[]) {
  const name = `${workFolder(params.id)}split.json`;
  const { ref, value } = await keptJson(artifacts, name, (): SplitPart[] => {
    const bytesOf = (domain: number) => dealt.map(({ offsets }) => (offsets[domain + 1] ?? 0) - (offsets[domain] ?? 0));
    const { domains } = inputs.domains;
    const parts = domains.flatMap((_, domain) =>
      cutByBytes(bytesOf(domain), params.shardBytes).map((cut) => ({ domain, ...cut })),
    );
    const all = { domain: domains.length, from: 0, to: dealt.length, files: 1, bytes: sum(bytesOf(domains.length)) };
    return [...parts, all];
  });
  return { ref, parts: value };
}

/** Has every shard's documents dealt. */
async function deal({ artifacts, shards, inputs, making }: Writing, params: DatasetParams) {
  await making.shards(shards.deal, {
    key: contentId("dataset-deal", params.id, modeOf(params)),
    params,
    stage: "dealing documents",
    unit: "documents",
    units: documentsByShard(inputs),
    find: (shard) => artifacts.keep(dealtName(params, shard)),
  });
  return storeAllDealt(artifacts, params, inputs.domains.corpus?.shards.length ?? 0);
}

/** Has every part written, each of about so many bytes; returns what the parts came to. */
async function write(
  { artifacts, shards, making }: Writing,
  params: DatasetParams,
  partBytes: readonly number[],
): Promise<StoredPart[]> {
  const written = await making.shards(shards.write, {
    key: contentId("dataset-write", params.id, modeOf(params)),
    params,
    stage: "writing documents",
    unit: "MB",
    units: partBytes.map((bytes) => Math.ceil(bytes / 1e6)),
    find: (part) => artifacts.keep(partName(params, part)),
  });
  return Promise.all(written.map((ref) => readJson<StoredPart>(artifacts, ref)));
}

/** All parts together, their files numbered within what their names begin with. */
function combined(parts: readonly StoredPart[], prefixOf: (part: number) => string): Written {
  const byPrefix = new Map<string, ArtifactRef[]>();
  for (const [part, { files }] of parts.entries()) {
    const prefix = prefixOf(part);
    byPrefix.set(prefix, [...(byPrefix.get(prefix) ?? []), ...files]);
  }
  const written: Written = { files: {}, documents: 0, textBytes: 0 };
  for (const [prefix, files] of byPrefix) {
    for (const [i, file] of files.entries()) {
      const number = prefix === ASSIGNMENTS ? "" : `-${numbered(i)}-of-${numbered(files.length)}`;
      written.files[`${prefix}${number}.parquet`] = file;
    }
  }
  for (const { documents, textBytes } of parts) {
    written.documents += documents;
    written.textBytes += textBytes;
  }
  return written;
}

/** Removes what only the writing needed. The finished files stay by the resource's references to them. */
export async function removeWork({ artifacts }: Pick<Platform, "artifacts">, id: string): Promise<void> {
  const names: string[] = [];
  for await (const { path } of artifacts.list(workFolder(id))) if (!path.endsWith(".parquet")) names.push(path);
  for (const name of names) await artifacts.remove(name);
}
