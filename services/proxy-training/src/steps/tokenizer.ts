import { readWhole } from "@climb/ports";
import type { DomainManifest } from "@climb/proto/clustering/v1/clustering_service";
import type { Artifact } from "@climb/proto/common/v1/artifact";
import type { TokenSet, TokenSpec } from "@climb/proto/training/v1/training_service";
import { type MakeContext, toArtifact } from "@climb/resources";
import { ServiceError } from "@climb/runtime";
import { type Vocabulary, vocabularyOf } from "../core/tokenizer/vocabulary.js";
import { required, type WorkContext } from "./inputs.js";

const DEFAULT_SAMPLE_BYTES = 16 * 1024 * 1024;

/** The tokenizer of a set and what it says of its ids. */
export interface SetTokenizer extends Vocabulary {
  artifact: Artifact;
}

/** The tokenizer that is given, or one that is learnt on the set's domains. @throws ServiceError MODEL_UNKNOWN */
export async function tokenizerOf(
  work: WorkContext,
  set: TokenSet,
  manifest: DomainManifest,
  making: MakeContext<TokenSet>,
): Promise<SetTokenizer> {
  const { artifacts } = work.platform;
  const { tokenizer, endOfText = "" } = set.spec ?? {};
  const artifact = tokenizer ?? (await learntTokenizer(work, set, manifest, making));
  const json = (await readWhole(artifacts, artifact)).toString("utf8");
  return { artifact, ...readVocabulary(json, artifact.uri, endOfText) };
}

/** A tokenizer from an attempt before, or learnt now on a sample that is bounded, whatever the size of the corpus. */
async function learntTokenizer(
  { platform: { artifacts }, pool, workers }: WorkContext,
  { id, spec }: TokenSet,
  manifest: DomainManifest,
  { signal, report }: MakeContext<TokenSet>,
): Promise<Artifact> {
  const path = `training/token-sets/${id}/tokenizer.json`;
  const known = await artifacts.keep(path);
  if (known) return toArtifact(known);
  const { vocabulary, sampleBytes, seed } = spec as TokenSpec;
  const shards = manifest.corpus?.shards ?? [];
  const sample = {
    domainBytes: manifest.domains.map(({ textBytes }) => Number(textBytes)),
    sampleBytes: Number(sampleBytes) || DEFAULT_SAMPLE_BYTES,
    seed,
  };
  const words = new Map<string, number>();
  let firstIndex = 0;
  // A few shards at a time: those of a large corpus need not lie on this machine together.
  for (let at = 0; at < shards.length; at += workers) {
    report({ stage: "training the tokenizer", done: at, total: shards.length, unit: "shards" });
    const sampled = await Promise.all(
      shards.slice(at, at + workers).map(async ({ artifact, documents }, k) => {
        const task = { ...sample, firstIndex };
        firstIndex += Number(documents);
        const shard = {
          documentsPath: await artifacts.localPath(required(artifact)),
          assignmentsPath: await artifacts.localPath(required(manifest.assignments[at + k])),
        };
        return pool.run("sampleWords", { ...task, shard }, { signal });
      }),
    );
    for (const counts of sampled) for (const [word, n] of counts) words.set(word, (words.get(word) ?? 0) + n);
  }
  const json = await pool.run("trainTokenizer", { words, vocabulary }, { signal });
  return toArtifact(await artifacts.put(path, Buffer.from(json, "utf8")));
}

/** @param path for messages. @throws ServiceError invalid MODEL_UNKNOWN saying why it cannot be used */
export function readVocabulary(json: string, path: string, endOfText: string): Vocabulary {
  try {
    return vocabularyOf(JSON.parse(json), endOfText);
  } catch (error) {
    throw refusedTokenizer(path, (error as Error).message);
  }
}

/** The error that a tokenizer cannot be used. */
export function refusedTokenizer(path: string, fault: string): ServiceError {
  return new ServiceError("invalid", "MODEL_UNKNOWN", `${path}: ${fault}`, { path });
}
