import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { finished } from "node:stream/promises";
import type { CorpusDocument, CorpusOptions } from "@climb/readers/document";
import type { Piece } from "@climb/readers/piece";
import { type PieceTally, readPiece } from "@climb/readers/read-piece";
import { encodeShard } from "@climb/readers/shard-file";
import { isHopeless } from "@climb/readers/tally";
import type { TaskContext } from "@climb/runtime/worker";
import { createKeyList } from "../core/id-keys.js";

/** When a document shard is full: whichever comes first. */
export interface ShardLimits {
  textBytes: number;
  documents: number;
}

export interface PieceToRead {
  piece: Piece;
  options: CorpusOptions;
  limits: ShardLimits;
  /** The file that gets the bad records. */
  quarantine: string;
  /** See PieceReading. */
  linesBefore?: number | undefined;
  duplicates?: readonly number[];
  /** Bytes of the corpus, if this is all of it: then it is given up as soon as too much of it is bad. */
  wholeBytes?: number;
}

/** A document shard as it is stored. */
export interface PackedShard {
  index: number;
  bytes: Uint8Array;
  documents: number;
  textBytes: number;
}

/** A piece that was read. */
export interface ReadPiece {
  tally: PieceTally;
  /** What stands for the ids of its documents, in their order. */
  idKeys: Uint8Array;
}

/** Shards that may wait to be stored; then reading waits, so that a slow store does not fill the memory. */
const MAX_WAITING = 4;

/** Reads a piece and hands over shard after shard. The next one is read while the last is packed. */
export async function readPieceTask(
  { piece, options, limits, quarantine: quarantineFile, linesBefore, duplicates, wholeBytes }: PieceToRead,
  context: TaskContext<PackedShard>,
): Promise<ReadPiece> {
  const quarantine = createWriteStream(quarantineFile);
  const keys = createKeyList();
  let shard: CorpusDocument[] = [];
  let shardBytes = 0;
  let index = 0;
  let packing: Promise<void> = Promise.resolve();

  const waiting: Promise<void>[] = [];
  const pack = async (documents: CorpusDocument[], about: Omit<PackedShard, "bytes">) => {
    if (waiting.length >= MAX_WAITING) await waiting.shift();
    waiting.push(context.handOver({ ...about, bytes: await encodeShard(documents) }));
  };
  const flush = async () => {
    const about = { index, documents: shard.length, textBytes: shardBytes };
    const documents = shard;
    shard = [];
    shardBytes = 0;
    index++;
    await packing;
    packing = pack(documents, about);
    // Whoever awaits `packing` next hears of a failure; until then it must not count as unhandled.
    packing.catch(() => {});
  };

  const reading = readPiece(piece, options, {
    onBad: ({ file, line, reason }) => void quarantine.write(`${JSON.stringify({ file, line, reason })}\n`),
    linesBefore,
    ...(duplicates && { duplicates: new Set(duplicates) }),
    ...(wholeBytes !== undefined && { isHopeless: (tally) => isHopeless(tally, wholeBytes, options) }),
  });
  try {
    for (;;) {
      context.throwIfAborted();
      const next = await reading.next();
      if (next.done) {
        if (shard.length > 0) await flush();
        await packing;
        return { tally: next.value, idKeys: keys.bytes() };
      }
      for (const document of next.value) {
        shard.push(document);
        shardBytes += Buffer.byteLength(document.text);
        keys.add(document.id);
        if (shardBytes >= limits.textBytes || shard.length >= limits.documents) await flush();
      }
      if (quarantine.writableNeedDrain) await once(quarantine, "drain");
    }
  } finally {
    quarantine.end();
    await finished(quarantine);
  }
}
