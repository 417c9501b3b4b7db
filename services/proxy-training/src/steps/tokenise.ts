import { createReadStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ArtifactRef, readWhole } from "@climb/ports";
import type { DomainManifest } from "@climb/proto/clustering/v1/clustering_service";
import type { TokenSet, TokenSpec } from "@climb/proto/training/v1/training_service";
import type { MakeContext, ShardWork } from "@climb/resources";
import { contentId } from "@climb/runtime";
import { shardFile } from "../tasks/tokenise-shard.js";
import { readDomains, refOf, required, type WorkContext } from "./inputs.js";
import { findArtifacts, numbered } from "./shard-artifacts.js";
import type { DoShard, TokeniseParams, TokenParams } from "./token-params.js";
import { encodeHeader } from "./token-part.js";
import type { SetTokenizer } from "./tokenizer.js";

/** Where the tokens of a set's shards are while it is made. */
export function partsOf(id: string): string {
  return `training/token-sets/${id}/parts/`;
}

/** Tokenises each document shard once; returns the parts, in the order of the shards. */
export async function tokenise(
  { platform: { artifacts } }: WorkContext,
  { id, spec }: TokenSet,
  { corpus }: DomainManifest,
  { artifact, vocabulary, endOfText }: SetTokenizer,
  making: MakeContext<TokenSet>,
  shards: ShardWork<TokenParams>,
): Promise<ArtifactRef[]> {
  const units = corpus?.shards.map(({ documents }) => Number(documents)) ?? [];
  const domains = refOf(required((spec as TokenSpec).domains));
  const tokenizer = refOf(artifact);
  const folder = partsOf(id);
  const parts = await making.shards(shards, {
    key: contentId("tokens", id, tokenizer.sha256, endOfText),
    params: { step: "tokenise", folder, domains, tokenizer, vocabulary, endOfText },
    stage: "tokenising",
    unit: "documents",
    units,
    find: findArtifacts(artifacts, numbered(folder, units.length)),
  });
  return parts.flat();
}

/** Reads what all document shards share; tokenises one. */
export async function prepareTokenising(
  { platform: { artifacts }, pool }: WorkContext,
  { folder, domains, tokenizer, vocabulary, endOfText }: TokeniseParams,
): Promise<DoShard> {
  const manifest = await readDomains(artifacts, domains);
  const file = { json: (await readWhole(artifacts, tokenizer)).toString("utf8"), vocabulary, endOfText };
  const paths = numbered(folder, manifest.corpus?.shards.length ?? 0).flat();
  return async (i, signal) => {
    const shard = {
      documentsPath: await artifacts.localPath(required(manifest.corpus?.shards[i]?.artifact)),
      assignmentsPath: await artifacts.localPath(required(manifest.assignments[i])),
    };
    const folder = await mkdtemp(join(tmpdir(), "climb-tokens-"));
    try {
      const task = { shard, tokenizer: file, domains: manifest.domains.length, folder };
      const tokens = await pool.run("tokeniseShard", task, { signal });
      const files = tokens.map((_, j) => shardFile(folder, j));
      await artifacts.put(paths[i] as string, joined(encodeHeader(tokens), files));
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  };
}

async function* joined(header: Uint8Array, paths: string[]): AsyncGenerator<Uint8Array> {
  yield header;
  for (const path of paths) for await (const chunk of createReadStream(path)) yield chunk as Uint8Array;
}
