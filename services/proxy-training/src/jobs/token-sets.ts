import { createReadStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DomainManifest } from "@climb/proto/clustering/v1/clustering_service";
import type { Artifact } from "@climb/proto/common/v1/artifact";
import {
  type DomainTokens,
  TokenManifest,
  type TokenSet,
  type TokenSpec,
} from "@climb/proto/training/v1/training_service";
import type { AssignedShard, MakeContext } from "@climb/runtime";
import { shardFile } from "../tasks/tokenise-shard.js";
import type { TokenizerFile } from "../tasks/tokenizers.js";
import { readVocabulary } from "../tokenizers.js";
import { artifactOf, type JobContext, readText } from "./context.js";

const DEFAULT_SAMPLE_BYTES = 16 * 1024 * 1024;

/** Trains the tokenizer (or takes the one given) and tokenises every domain. */
export async function makeTokenSet(
  context: JobContext,
  { id, spec: given }: TokenSet,
  { signal, report }: MakeContext<TokenSet>,
): Promise<(before: TokenSet) => TokenSet> {
  const { artifacts } = context.platform;
  const spec = given as TokenSpec;
  report({ stage: spec.tokenizer ? "reading the tokenizer" : "training the tokenizer", done: 0, total: 0, unit: "" });
  const manifest = DomainManifest.fromJSON(JSON.parse(await readText(artifacts, spec.domains)));
  const shards = await Promise.all(
    (manifest.corpus?.shards ?? []).map(async ({ artifact }, i) => ({
      documentsPath: await artifacts.localPath(artifact as Artifact),
      assignmentsPath: await artifacts.localPath(manifest.assignments[i] as Artifact),
    })),
  );
  const tokenizer = spec.tokenizer ?? (await trainedTokenizer(context, { id, spec, manifest, shards, signal }));
  const file = { json: await readText(artifacts, tokenizer) };
  const known = readVocabulary(file.json, tokenizer.uri, spec.endOfText);

  let done = 0;
  const parts = await Promise.all(
    shards.map(async (shard, i) => {
      const path = `${partsOf(id)}${String(i).padStart(5, "0")}`;
      const part = await shardPart(context, {
        path,
        shard,
        tokenizer: { ...file, ...known },
        domains: manifest.domains.length,
        signal,
      });
      report({ stage: "tokenising", done: ++done, total: shards.length, unit: "shards" });
      return part;
    }),
  );
  const domains: DomainTokens[] = [];
  for (const [j, domain] of manifest.domains.entries()) {
    const path = `training/token-sets/${id}/tokens-${domain.id}.u16`;
    const artifact = artifactOf(await artifacts.put(path, tokensOfDomain(parts, j)));
    domains.push({ domainId: domain.id, tokens: artifact.sizeBytes / 2n, textBytes: domain.textBytes, artifact });
  }
  const json = TokenManifest.toJSON({ tokenSetId: id, tokenizer, ...known, domains });
  const path = `training/token-sets/${id}/manifest.json`;
  const stored = artifactOf(await artifacts.put(path, Buffer.from(JSON.stringify(json), "utf8")));
  return (before) => ({ ...before, manifest: stored, domains });
}

/** Removes the shards' tokens, which stand in the domains' now. */
export async function tidyTokenSet({ platform: { artifacts } }: JobContext, { id }: TokenSet): Promise<void> {
  for await (const { path } of artifacts.list(partsOf(id))) await artifacts.remove(path);
}

function partsOf(id: string): string {
  return `training/token-sets/${id}/parts/`;
}

/** The tokenizer of a set, from an attempt before or learnt now. */
async function trainedTokenizer(
  { platform: { artifacts }, compute }: JobContext,
  of: { id: string; spec: TokenSpec; manifest: DomainManifest; shards: AssignedShard[]; signal: AbortSignal },
): Promise<Artifact> {
  const { id, spec, manifest, shards, signal } = of;
  const path = `training/token-sets/${id}/tokenizer.json`;
  const known = await artifacts.stat(path);
  if (known) return artifactOf(known);
  const task = {
    shards,
    domainBytes: manifest.domains.map(({ textBytes }) => Number(textBytes)),
    vocabulary: spec.vocabulary,
    sampleBytes: Number(spec.sampleBytes) || DEFAULT_SAMPLE_BYTES,
    seed: spec.seed,
  };
  return artifactOf(await artifacts.put(path, Buffer.from(await compute("tokenizer", task, { signal }), "utf8")));
}

/** The tokens of one shard: domain after domain in one local file, and how many each domain has. */
interface ShardPart {
  path: string;
  tokens: number[];
}

/** Tokenises a shard, unless an attempt before did; its counts are stored last and say that it is whole. */
async function shardPart(
  { platform: { artifacts }, compute }: JobContext,
  of: { path: string; shard: AssignedShard; tokenizer: TokenizerFile; domains: number; signal: AbortSignal },
): Promise<ShardPart> {
  const { path, shard, tokenizer, domains, signal } = of;
  const counts = await artifacts.stat(`${path}.json`);
  const known = counts && (await artifacts.stat(`${path}.u16`));
  if (known) {
    const tokens = JSON.parse(await readText(artifacts, artifactOf(counts))) as number[];
    return { path: await artifacts.localPath(known), tokens };
  }
  const folder = await mkdtemp(join(tmpdir(), "climb-tokens-"));
  try {
    const { tokens } = await compute("tokenise", { shard, tokenizer, domains, folder }, { signal });
    const files = tokens.map((_, j) => shardFile(folder, j));
    const stored = await artifacts.put(`${path}.u16`, joined(files));
    await artifacts.put(`${path}.json`, Buffer.from(JSON.stringify(tokens), "utf8"));
    return { path: await artifacts.localPath(stored), tokens };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function* joined(paths: string[]): AsyncGenerator<Uint8Array> {
  for (const path of paths) for await (const chunk of createReadStream(path)) yield chunk as Uint8Array;
}

/** A domain's tokens from every shard in order. */
async function* tokensOfDomain(parts: ShardPart[], domain: number): AsyncGenerator<Uint8Array> {
  for (const { path, tokens } of parts) {
    const start = 2 * tokens.slice(0, domain).reduce((sum, count) => sum + count, 0);
    const length = 2 * (tokens[domain] as number);
    if (length === 0) continue;
    for await (const chunk of createReadStream(path, { start, end: start + length - 1 })) yield chunk as Uint8Array;
  }
}
