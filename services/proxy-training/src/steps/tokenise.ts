import { createReadStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ArtifactRef, readWhole } from "@climb/ports";
import type { DomainManifest } from "@climb/proto/clustering/v1/clustering_service";
import { Target } from "@climb/proto/training/v1/target";
import type { TokenSet, TokenSpec } from "@climb/proto/training/v1/training_service";
import type { MakeContext, ShardWork } from "@climb/resources";
import { contentId } from "@climb/runtime";
import { keptFile, shardFile } from "../tasks/tokenise-shard.js";
import { localTargets, type Ref, readDomains, refOf, required, type WorkContext } from "./inputs.js";
import { findArtifacts, numbered } from "./shard-artifacts.js";
import type { DoShard, TokeniseParams, TokenParams } from "./token-params.js";
import { encodeHeader } from "./token-part.js";
import type { SetTokenizer } from "./tokenizer.js";

/** Where the tokens of a set's shards are while it is made. */
export function partsOf(id: string): string {
  return `training/token-sets/${id}/parts/`;
}

/** Where the assignments of documents that are kept are, and what was left out. */
export function cleanOf(id: string): string {
  return `training/token-sets/${id}/clean/`;
}

// Raise it when a tokenizer gives other ids for the same file.
const TOKENISING = "1";

/**
 * Where the tokens of the documents of a shard are, whatever their domains: named by the contents of the tokenizer and the
 * shard, so that every set that has both shares them.
 */
function knownPath(tokenizer: Ref, documents: Ref): string {
  return `training/tokens/${contentId("tokens", TOKENISING, tokenizer.sha256, documents.sha256)}.bin`;
}

/** What one document shard came to. */
export interface TokenisedArtifacts {
  part: ArtifactRef;
  /** Of a set without documents that contain targets: its assignments, and its ShardLeftOut as JSON. */
  clean: { assignments: ArtifactRef; leftOut: ArtifactRef } | undefined;
}

/** Tokenises each document shard once; returns what they came to, in the order of the shards. */
export async function tokenise(
  { platform: { artifacts } }: WorkContext,
  { id, spec }: TokenSet,
  { corpus }: DomainManifest,
  { artifact, vocabulary, endOfText }: SetTokenizer,
  making: MakeContext<TokenSet>,
  shards: ShardWork<TokenParams>,
): Promise<TokenisedArtifacts[]> {
  const units = corpus?.shards.map(({ documents }) => Number(documents)) ?? [];
  const { decontaminate: targets, domains: given, tokenizer: givenTokenizer } = spec as TokenSpec;
  const domains = refOf(required(given));
  const tokenizer = refOf(artifact);
  const [folder, cleanFolder] = [partsOf(id), cleanOf(id)];
  const decontaminate = targets.map((target) => Target.toJSON(target));
  const parts = await making.shards(shards, {
    key: contentId("tokens", id, tokenizer.sha256, endOfText),
    params: {
      step: "tokenise",
      folder,
      domains,
      tokenizer,
      vocabulary,
      endOfText,
      decontaminate,
      cleanFolder,
      // One that is learnt is learnt on these domains: no other set has it.
      keeps: givenTokenizer !== undefined,
    },
    stage: "tokenising",
    unit: "documents",
    units,
    find: findArtifacts(artifacts, namesOf(folder, cleanFolder, units.length, targets.length > 0)),
  });
  return parts.map((refs) => {
    const [part, assignments, leftOut] = refs as [ArtifactRef, ArtifactRef?, ArtifactRef?];
    return { part, clean: assignments && leftOut && { assignments, leftOut } };
  });
}

/** The names of each shard's artifacts. */
function namesOf(folder: string, cleanFolder: string, shards: number, cleans: boolean): string[][] {
  const [parts, clean] = [numbered(folder, shards), numbered(cleanFolder, shards)];
  if (!cleans) return parts;
  return parts.map(([part = ""], i) => [part, `${clean[i]?.[0]}.i32`, `${clean[i]?.[0]}.json`]);
}

/** Reads what all document shards share; tokenises one. */
export async function prepareTokenising(
  { platform: { artifacts }, pool }: WorkContext,
  { folder, domains, tokenizer, vocabulary, endOfText, decontaminate, cleanFolder, keeps }: TokeniseParams,
): Promise<DoShard> {
  const manifest = await readDomains(artifacts, domains);
  const file = { json: (await readWhole(artifacts, tokenizer)).toString("utf8"), vocabulary, endOfText };
  const names = namesOf(folder, cleanFolder, manifest.corpus?.shards.length ?? 0, decontaminate.length > 0);
  const targets = await localTargets(artifacts, decontaminate.map(Target.fromJSON));
  const ngrams = targets.length > 0 ? await pool.run("targetRuns", { tokenizer: file, targets }) : [];
  return async (i, signal) => {
    const documents = required(manifest.corpus?.shards[i]?.artifact);
    const shard = {
      documentsPath: await artifacts.localPath(documents),
      assignmentsPath: await artifacts.localPath(required(manifest.assignments[i])),
    };
    const path = knownPath(tokenizer, documents);
    const known = keeps ? await artifacts.keep(path) : undefined;
    const folder = await mkdtemp(join(tmpdir(), "climb-tokens-"));
    try {
      const task = {
        shard,
        tokenizer: file,
        domains: manifest.domains.length,
        folder,
        ngrams,
        knownPath: known && (await artifacts.localPath(known)),
        keeps,
      };
      const { domains, assignments, leftOut, kept } = await pool.run("tokeniseShard", task, { signal });
      if (kept) await artifacts.put(path, joined(new Uint8Array(kept.buffer), [keptFile(folder)]));
      const files = domains.map((_, j) => shardFile(folder, j));
      const [part = "", assigned, counts] = names[i] ?? [];
      await artifacts.put(part, joined(encodeHeader(domains), files));
      if (assigned) await artifacts.put(assigned, Buffer.from(assignments.buffer));
      if (counts) await artifacts.put(counts, Buffer.from(JSON.stringify(leftOut), "utf8"));
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  };
}

async function* joined(header: Uint8Array, paths: string[]): AsyncGenerator<Uint8Array> {
  yield header;
  for (const path of paths) for await (const chunk of createReadStream(path)) yield chunk as Uint8Array;
}
