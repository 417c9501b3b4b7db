import { type ArtifactRef, type ArtifactStore, keptJson, readJson } from "@climb/ports";
import { CorpusManifest } from "@climb/proto/common/v1/corpus";
import type { EmbeddingSet } from "@climb/proto/embedding/v1/embedding_service";
import { totalSize } from "@climb/readers/bad-input";
import { withOwnIds } from "@climb/readers/own-ids";
import { type Piece, planPieces, sizeOf } from "@climb/readers/piece";
import { isPermanent, type ShardWork } from "@climb/resources";
import { contentId } from "@climb/runtime";
import { corpusOptions } from "../rpc/convert.js";
import { corpusFolder, type Making, putJson, setFolder, type Work } from "./context.js";
import { findCrossDuplicates, lineBases } from "./correct-pieces.js";
import { judgeCorpus, type PieceResult, removeReading } from "./judge-corpus.js";
import { type Correction, findOutcome, type PieceOutcome, type PlannedCorpus, type Round } from "./piece-shards.js";
import { type SetPlan, sourceOf, unchangedFiles } from "./plan-set.js";

/** A corpus that was read. */
export interface StoredCorpus {
  /** The manifest as an artifact of the set's own. */
  ref: ArtifactRef;
  manifest: CorpusManifest;
}

/**
 * Reads a corpus into document shards, one job a piece. A corpus that was read for another set is not read again.
 *
 * The first round reads every piece by itself. What a piece cannot know is made good in a round of its own, for the
 * pieces that need it: how many lines stand before it, if its records are named after their lines, and then which of its
 * ids earlier pieces have.
 * @throws ServiceError INPUT_BAD, INPUT_EMPTY, with the quarantine's address
 */
export async function readCorpus(
  work: Work,
  making: Making,
  shards: ShardWork<Round>,
  set: EmbeddingSet,
  plan: SetPlan,
): Promise<StoredCorpus> {
  const { artifacts } = work.platform;
  const path = `${setFolder(set.id)}/corpus.json`;
  const own = await artifacts.keep(path);
  if (own) return { ref: own, manifest: CorpusManifest.fromJSON(await readJson(artifacts, own)) };
  const manifest = (await readBefore(work, plan)) ?? (await readPieces(work, making, shards, set, plan));
  return { ref: await putJson(artifacts, path, CorpusManifest.toJSON(manifest)), manifest };
}

/** The corpus as another set has read it, if all of it is still there. */
async function readBefore(
  { platform: { artifacts } }: Work,
  { corpusId }: SetPlan,
): Promise<CorpusManifest | undefined> {
  const shared = await artifacts.keep(`${corpusFolder(corpusId)}/corpus.json`);
  if (!shared) return undefined;
  const manifest = CorpusManifest.fromJSON(await readJson(artifacts, shared));
  const names = await artifacts.keep(`${corpusFolder(corpusId)}/names.json`);
  if (!names) return undefined;
  const kept = await Promise.all((await readJson<string[]>(artifacts, names)).map((name) => artifacts.keep(name)));
  const uris = new Set(kept.map((ref) => ref?.uri));
  return manifest.shards.every(({ artifact }) => uris.has(artifact?.uri)) ? manifest : undefined;
}

async function readPieces(
  work: Work,
  making: Making,
  shards: ShardWork<Round>,
  set: EmbeddingSet,
  plan: SetPlan,
): Promise<CorpusManifest> {
  const { artifacts } = work.platform;
  const { corpusId } = plan;
  const { ref, corpus } = await plannedCorpus(work, set, plan);
  const keys: string[] = [];
  const outcomesOf = async (number: number, corrections?: Correction[]): Promise<PieceOutcome[]> => {
    const path = `${corpusFolder(corpusId)}/round-${number}/corrections.json`;
    const corrected = corrections && (await putJson(artifacts, path, corrections));
    const round = { corpusId, number, corpus: ref, ...(corrected && { corrections: corrected }) };
    const pieces = corrections?.map(({ piece }) => piece) ?? [...corpus.pieces.keys()];
    const key = contentId("pieces", corpusId, number, corrected?.sha256 ?? "");
    keys.push(key);
    return making.shards(shards, {
      key,
      params: round,
      stage: number === 1 ? "reading" : "reading again",
      unit: "MB",
      units: pieces.map((piece) => Math.ceil(sizeOf(corpus.pieces[piece] as Piece) / 1e6)),
      find: (shard) => findOutcome(work, round, pieces[shard] as number),
    });
  };
  const correct = async (number: number, results: readonly PieceResult[], corrections: Correction[]) => {
    if (corrections.length === 0) return [...results];
    const outcomes = await outcomesOf(number, corrections);
    const better = new Map(corrections.map(({ piece }, i) => [piece, outcomes[i] as PieceOutcome]));
    return results.map((result, piece) => ({ ...result, outcome: better.get(piece) ?? result.outcome }));
  };

  const first = await outcomesOf(1);
  const bases = lineBases(corpus.pieces, first);
  let results = first.map((outcome, i): PieceResult => ({ outcome, linesBefore: bases[i] as number }));
  const unnumbered = results.flatMap(({ outcome, linesBefore }, piece) =>
    outcome.needsLines ? [{ piece, linesBefore, duplicates: [] }] : [],
  );
  results = await correct(2, results, unnumbered);
  results = await correct(3, results, await findCrossDuplicates(work, making, corpusId, results));
  const forget = async () => {
    for (const key of keys) await shards.forget(key);
  };
  try {
    const manifest = await judgeCorpus(work, { corpusId, corpus, results });
    await unchangedFiles(work, set, plan);
    await putJson(artifacts, `${setFolder(set.id)}/pieces.json`, await outcomeUris(artifacts, corpusId));
    const names = results.flatMap(({ outcome }) => outcome.shards.map(({ path }) => path));
    await putJson(artifacts, `${corpusFolder(corpusId)}/names.json`, names);
    await putJson(artifacts, `${corpusFolder(corpusId)}/corpus.json`, CorpusManifest.toJSON(manifest));
    await forget();
    return manifest;
  } catch (error) {
    if (isPermanent(error)) {
      // Who asks again has perhaps mended the files.
      await removeReading(artifacts, corpusId);
      for (const { outcome } of results) if (outcome.sharedPath) await artifacts.remove(outcome.sharedPath);
      await forget();
    }
    throw error;
  }
}

/** What was read of each piece, in all rounds: as long as the set lives, other corpora find it. */
async function outcomeUris(artifacts: ArtifactStore, corpusId: string): Promise<string[]> {
  const uris: string[] = [];
  for await (const { path, uri } of artifacts.list(`${corpusFolder(corpusId)}/round-`)) {
    if (/\/\d+\.json$/.test(path)) uris.push(uri);
  }
  return uris;
}

/** The pieces of the corpus, planned once. */
async function plannedCorpus(
  work: Work,
  set: EmbeddingSet,
  plan: SetPlan,
): Promise<{ ref: ArtifactRef; corpus: PlannedCorpus }> {
  const { artifacts } = work.platform;
  const path = `${corpusFolder(plan.corpusId)}/pieces.json`;
  const { ref, value } = await keptJson(artifacts, path, async (): Promise<PlannedCorpus> => {
    const files = await unchangedFiles(work, set, plan);
    const { pieceBytes, ...limits } = work.limits;
    const options = corpusOptions(sourceOf(set));
    const { files: named, note } = await withOwnIds(files, options);
    const pieces = await planPieces(named, options, pieceBytes);
    const notes = note === undefined ? [] : [note];
    return { options, limits, totalBytes: totalSize(files), pieces, notes };
  });
  return { ref, corpus: value };
}
