import { createReadStream } from "node:fs";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ArtifactRef, type ArtifactStore, type Content, readJson } from "@climb/ports";
import type { CorpusOptions } from "@climb/readers/document";
import type { Piece } from "@climb/readers/piece";
import type { PieceTally } from "@climb/readers/read-piece";
import type { ShardWorkDefinition } from "@climb/resources";
import type { PackedShard, ShardLimits } from "../tasks/read-piece.js";
import { corpusFolder, putJson, shardNumber, type Work } from "./context.js";
import { areUnchanged, pieceName } from "./known-pieces.js";

/** The pieces of a corpus and how they are read, stored once. */
export interface PlannedCorpus {
  options: CorpusOptions;
  limits: ShardLimits;
  totalBytes: number;
  pieces: Piece[];
  /** Sentences on how the corpus is read, for people. */
  notes?: string[];
}

/** What a piece could not know when it was read first. */
export interface Correction {
  piece: number;
  /** Lines before its part of a file. */
  linesBefore: number;
  /** Its documents, by number, whose ids earlier pieces have. */
  duplicates: number[];
}

/** Pieces that are read in one round: all of them, or those that are corrected. */
export interface Round {
  corpusId: string;
  number: number;
  /** A {@link PlannedCorpus}. */
  corpus: ArtifactRef;
  /** A list of {@link Correction}, one for each shard. */
  corrections?: ArtifactRef;
}

/** An artifact by its name. */
interface StoredFile {
  path: string;
  artifact: ArtifactRef;
}

/** What a piece has left. */
export interface PieceOutcome extends PieceTally {
  /** Lines that are counted in already, wherever a line is named. */
  linesBefore: number;
  shards: (StoredFile & { documents: number; textBytes: number })[];
  quarantine?: StoredFile;
  /** What stands for the ids; unset if there is no other piece. */
  idKeys?: StoredFile;
  /** Where it stands for other corpora to find, see {@link pieceName}. */
  sharedPath?: string;
}

/** What a file of bad records is called. */
export const QUARANTINE = "quarantine.jsonl";

/** Where a piece leaves its outcome. */
export function outcomePath({ corpusId, number }: Pick<Round, "corpusId" | "number">, piece: number): string {
  return `${corpusFolder(corpusId)}/round-${number}/${shardNumber(piece)}.json`;
}

interface Prepared {
  round: Round;
  corpus: PlannedCorpus;
  corrections: Correction[] | undefined;
}

/** A piece's outcome, if all that belongs to it is there; it is kept from being swept away. */
export async function findOutcome(
  { platform: { artifacts } }: Work,
  round: Round,
  piece: number,
): Promise<PieceOutcome | undefined> {
  return completeOutcome(artifacts, outcomePath(round, piece));
}

async function completeOutcome(artifacts: ArtifactStore, path: string): Promise<PieceOutcome | undefined> {
  const ref = await artifacts.keep(path);
  if (!ref) return undefined;
  const outcome = await readJson<PieceOutcome>(artifacts, ref);
  const files = [...outcome.shards, outcome.quarantine, outcome.idKeys].filter((file) => file !== undefined);
  const kept = await Promise.all(files.map(({ path }) => artifacts.keep(path)));
  return kept.every((found, i) => found?.uri === files[i]?.artifact.uri) ? outcome : undefined;
}

/** The work of the queue "embedding-pieces": reads a piece of a corpus into document shards. */
export function pieceShards(work: Work): ShardWorkDefinition<Round, Prepared> {
  const { artifacts } = work.platform;
  return {
    queue: "embedding-pieces",
    concurrency: work.threads,
    async prepare(round) {
      const corpus = await readJson<PlannedCorpus>(artifacts, round.corpus);
      const corrections = round.corrections && (await readJson<Correction[]>(artifacts, round.corrections));
      return { round, corpus, corrections };
    },
    async run({ round, corpus: planned, corrections }, shard, { signal }) {
      const correction = corrections?.[shard];
      const index = correction?.piece ?? shard;
      const corpus = await withOwnUploads(work, planned, index);
      const name = await pieceName(work, corpus, { index, correction }, signal);
      const known = name && (await completeOutcome(artifacts, `${name}.json`));
      if (known) return void (await putJson(artifacts, outcomePath(round, index), known));
      const scratch = await mkdtemp(join(tmpdir(), "climb-read-"));
      try {
        const prefix = name ?? outcomePath(round, index).replace(/\.json$/, "");
        const read = await readInto(work, { prefix, corpus, index, correction, scratch, signal });
        const isSure = read.firstBroken === undefined && (await areUnchanged(corpus.pieces[index]?.files ?? []));
        const sharedPath = name && isSure ? `${name}.json` : undefined;
        const outcome = { ...read, ...(sharedPath && { sharedPath }) };
        if (sharedPath) await putJson(artifacts, sharedPath, outcome);
        await putJson(artifacts, outcomePath(round, index), outcome);
      } finally {
        await rm(scratch, { recursive: true, force: true });
      }
    },
  };
}

/** The corpus with the uploads of a piece where this process has them. */
async function withOwnUploads({ platform }: Work, corpus: PlannedCorpus, index: number): Promise<PlannedCorpus> {
  const piece = corpus.pieces[index] as Piece;
  if (piece.files.every(({ upload }) => upload === undefined)) return corpus;
  const files = await Promise.all(
    piece.files.map(async (file) => (file.upload ? { ...file, path: await platform.callerFile(file.upload) } : file)),
  );
  const pieces = [...corpus.pieces];
  pieces[index] = { ...piece, files };
  return { ...corpus, pieces };
}

interface Reading {
  /** What the names of its artifacts begin with. */
  prefix: string;
  corpus: PlannedCorpus;
  index: number;
  correction: Correction | undefined;
  /** Folder for the bad records until they are stored. */
  scratch: string;
  signal: AbortSignal;
}

async function readInto({ platform, pool }: Work, reading: Reading): Promise<PieceOutcome> {
  const { artifacts } = platform;
  const { corpus, index, correction, scratch, signal } = reading;
  const { options, limits, totalBytes, pieces } = corpus;
  const put = async (file: string, content: Content): Promise<StoredFile> => {
    const path = `${reading.prefix}-${file}`;
    return { path, artifact: await artifacts.put(path, content) };
  };
  const shards: PieceOutcome["shards"] = [];
  // Shards are stored one after another while the thread reads on.
  let storing = Promise.resolve();
  const store = async ({ index: number, bytes, documents, textBytes }: PackedShard) => {
    const stored = await put(`documents-${shardNumber(number)}.jsonl.gz`, bytes);
    shards.push({ ...stored, documents, textBytes });
  };
  const onProgress = (packed: PackedShard) => {
    storing = storing.then(() => store(packed));
    return storing;
  };
  const isAlone = pieces.length === 1;
  const quarantineFile = join(scratch, QUARANTINE);
  const { tally, idKeys } = await pool.run(
    "readPiece",
    {
      piece: pieces[index] as Piece,
      options,
      limits,
      quarantine: quarantineFile,
      ...(correction && { linesBefore: correction.linesBefore, duplicates: correction.duplicates }),
      ...(isAlone && { wholeBytes: totalBytes }),
    },
    { signal, onProgress },
  );
  await storing;
  const isBad = (await stat(quarantineFile)).size > 0;
  return {
    ...tally,
    linesBefore: correction?.linesBefore ?? 0,
    shards,
    ...(isBad && { quarantine: await put(QUARANTINE, createReadStream(quarantineFile)) }),
    ...(!isAlone && idKeys.length > 0 && { idKeys: await put("id-keys.bin", idKeys) }),
  };
}
