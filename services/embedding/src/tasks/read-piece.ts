import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { access, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { finished } from "node:stream/promises";
import { setTimeout as delay } from "node:timers/promises";
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
  /** Folder for the files that the piece gives. */
  scratch: string;
  /** See PieceReading. */
  linesBefore?: number | undefined;
  duplicates?: readonly number[];
  /** Bytes of the corpus, if this is all of it: then it is given up as soon as too much of it is bad. */
  wholeBytes?: number;
}

/** A shard that is written, in a file that its receiver removes. */
export interface WrittenShard {
  index: number;
  file: string;
  documents: number;
  textBytes: number;
}

/** Files in the scratch folder, beside the shards: the quarantine, and what stands for the ids. */
export const QUARANTINE = "quarantine.jsonl";
export const ID_KEYS = "id-keys.bin";

/** Shard files that may wait to be taken away; then reading waits, so that a slow store does not fill the disk. */
const MAX_WAITING = 4;

/** Reads a piece, writes shard after shard, the quarantine and its ids. The next shard is read while the last is packed. */
export async function readPieceTask(
  { piece, options, limits, scratch, linesBefore, duplicates, wholeBytes }: PieceToRead,
  context: TaskContext<WrittenShard>,
): Promise<PieceTally> {
  const quarantine = createWriteStream(join(scratch, QUARANTINE));
  const keys = createKeyList();
  let shard: CorpusDocument[] = [];
  let shardBytes = 0;
  let index = 0;
  let packing: Promise<void> = Promise.resolve();

  const pack = async (documents: CorpusDocument[], written: WrittenShard) => {
    await untilTaken(shardFile(scratch, written.index - MAX_WAITING), context);
    await writeFile(written.file, await encodeShard(documents));
    context.progress(written);
  };
  const flush = async () => {
    const full = { index, file: shardFile(scratch, index), documents: shard.length, textBytes: shardBytes };
    const documents = shard;
    shard = [];
    shardBytes = 0;
    index++;
    await packing;
    packing = pack(documents, full);
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
        await writeFile(join(scratch, ID_KEYS), keys.bytes());
        return next.value;
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

function shardFile(scratch: string, index: number): string {
  return join(scratch, `shard-${index}`);
}

async function untilTaken(file: string, context: TaskContext<WrittenShard>): Promise<void> {
  for (;;) {
    context.throwIfAborted();
    const there = await access(file).then(
      () => true,
      () => false,
    );
    if (!there) return;
    await delay(20);
  }
}
