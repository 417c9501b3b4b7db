import { type DocumentSizes, selectCopies } from "@climb/numeric";
import { type ArtifactRef, keptJson } from "@climb/ports";
import type { Artifact } from "@climb/proto/common/v1/artifact";
import type { TokenManifest } from "@climb/proto/training/v1/training_service";
import { contentId, ServiceError } from "@climb/runtime";
import { type DomainSample, sampleOf } from "../../core/index.js";
import type { SampleInputs } from "./inputs.js";
import { workFolder } from "./names.js";
import { type DatasetParams, readNumbers, sizesName } from "./shards.js";
import { documentsByShard, type Writing } from "./writing.js";

/** What a row without text is taken to need, so that files of ids have an end. */
const ID_BYTES = 256;

/** What is drawn, and what it comes to. */
export interface SamplePlan extends NonNullable<DatasetParams["mixed"]> {
  domains: DomainSample[];
}

/** The plan of a data set's sample, made once: how often each document is written. */
export async function samplePlan(
  writing: Writing,
  params: DatasetParams,
  drawn: SampleInputs,
  seed: number,
): Promise<SamplePlan> {
  const { artifacts } = writing;
  const name = `${workFolder(params.id)}plan.json`;
  const { value } = await keptJson(artifacts, name, () => makePlan(writing, params, drawn, seed));
  return value;
}

async function makePlan(
  writing: Writing,
  params: DatasetParams,
  drawn: SampleInputs,
  seed: number,
): Promise<SamplePlan> {
  const { artifacts } = writing;
  const { domains, textBytes } = await measured(writing, params);
  const { tokens } = drawn;
  const sizes = {
    domains,
    tokens: tokens
      ? await documentTokens(writing, domains, tokens, drawn.tokensWanted)
      : new Uint32Array(domains.length).fill(1),
  };
  const taken = drawn.tokensTaken.length > 0 ? selectCopies(sizes, drawn.tokensTaken, seed) : undefined;
  const copies = selectCopies(sizes, drawn.tokensWanted, seed, taken);
  const samples = sampleOf(sizes, textBytes, copies, drawn.tokensWanted);
  const rows = tokens ? 0 : samples.reduce((total, sample) => total + sample.documents, 0);
  const bytes = samples.reduce((total, sample) => total + sample.textBytes, rows * ID_BYTES);
  return {
    seed,
    parts: Math.max(1, Math.ceil(bytes / params.shardBytes)),
    copies: await artifacts.put(`${workFolder(params.id)}copies.u16`, Buffer.from(copies.buffer)),
    domains: samples,
  };
}

/** The domain and the UTF-8 bytes of every document, by its index in the corpus. */
async function measured(
  { artifacts, shards, inputs, making }: Writing,
  params: DatasetParams,
): Promise<{ domains: Int32Array; textBytes: Uint32Array }> {
  const { domains } = inputs;
  const counted = await making.shards(shards.measure, {
    key: contentId("dataset-sizes", params.manifest.sha256),
    params,
    stage: "measuring documents",
    unit: "documents",
    units: documentsByShard(inputs),
    find: (shard) => artifacts.keep(sizesName(params.manifest.sha256, shard)),
  });
  const documents = Number(domains.corpus?.documents ?? 0n);
  const sizes = { domains: new Int32Array(documents), textBytes: new Uint32Array(documents) };
  let first = 0;
  for (const [shard, assignments] of domains.assignments.entries()) {
    const own = new Uint32Array(await readNumbers(artifacts, counted[shard] as ArtifactRef));
    const assigned = { ...assignments, sizeBytes: Number(assignments.sizeBytes) };
    sizes.textBytes.set(own, first);
    sizes.domains.set(new Int32Array(await readNumbers(artifacts, assigned)), first);
    first += own.length;
  }
  return sizes;
}

/**
 * Tokens of every document of the domains that are wanted, by its index in the corpus: a domain's tokens are its documents
 * in the order of the corpus. @throws ServiceError wrongState ARTIFACT_CORRUPT if they are of other documents
 */
async function documentTokens(
  { artifacts, pool, making }: Writing,
  domains: DocumentSizes["domains"],
  tokens: TokenManifest,
  tokensWanted: readonly number[],
): Promise<Uint32Array> {
  const counts = new Uint32Array(domains.length);
  for (const [j, wanted] of tokensWanted.entries()) {
    const domain = tokens.domains[j];
    if (wanted <= 0 || !domain) continue;
    const artifact = domain.artifact as Artifact;
    const total = Number(domain.tokens);
    const progress = (done: number) =>
      making.report({ stage: `counting tokens of ${domain.domainId}`, done, total, unit: "tokens" });
    const path = await artifacts.localPath(artifact);
    const options = { signal: making.signal, onProgress: progress };
    const task = { path, endOfText: tokens.endOfText, bytesPerToken: tokens.bytesPerToken || 2 };
    const own = await pool.run("countDocumentTokens", task, options);
    let next = 0;
    domains.forEach((assigned, i) => {
      if (assigned === j) counts[i] = own[next++] ?? 0;
    });
    if (next === own.length) continue;
    const message = `the tokens of domain ${domain.domainId} are of ${own.length} documents, expected ${next}`;
    const metadata = { uri: artifact.uri, found: String(own.length), expected: String(next) };
    throw new ServiceError("wrongState", "ARTIFACT_CORRUPT", message, metadata);
  }
  return counts;
}
