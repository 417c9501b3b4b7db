import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { access, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { finished } from "node:stream/promises";
import { setTimeout as delay } from "node:timers/promises";
import type { CorpusDocument } from "../readers/document.js";
import { readCorpus } from "../readers/read-corpus.js";
import { encodeShard } from "../shard-file.js";
import { stopIf } from "./stop.js";
import type { EmbeddingTaskContext, Tasks } from "./task.js";

/** The quarantine, beside the shards in the scratch folder. */
export const QUARANTINE = "quarantine.jsonl";

/** Shard files that may wait to be taken away; then reading waits, so that a slow store does not fill the disk. */
const MOST_WAITING = 4;
const PROGRESS_MS = 200;

/** Reads a corpus, writes shard after shard and the quarantine. The next shard is read while the last one is packed. */
export async function readTask(
  task: Tasks["read"]["task"],
  context: EmbeddingTaskContext,
): Promise<Tasks["read"]["result"]> {
  const { files, options, limits, scratch, stored } = task;
  const quarantine = createWriteStream(join(scratch, QUARANTINE));
  const total = { documents: 0, textBytes: 0 };
  let shard: CorpusDocument[] = [];
  let shardBytes = 0;
  let index = 0;
  let packing: Promise<void> = Promise.resolve();
  let told = 0;

  const flush = async () => {
    const [documents, done] = [shard, { index, documents: shard.length, textBytes: shardBytes }];
    shard = [];
    shardBytes = 0;
    index++;
    await packing;
    packing = pack(documents, done);
    // Whoever awaits `packing` next hears of a failure; until then it must not count as unhandled.
    packing.catch(() => {});
  };
  const pack = async (documents: CorpusDocument[], done: { index: number; documents: number; textBytes: number }) => {
    let file: string | undefined;
    if (!stored.includes(done.index)) {
      await untilTaken(shardFile(scratch, done.index - MOST_WAITING), context);
      file = shardFile(scratch, done.index);
      await writeFile(file, await encodeShard(documents));
    }
    context.progress({ type: "shard", ...done, file });
  };

  try {
    const reading = readCorpus(files, options, ({ file, line, reason }) => {
      quarantine.write(`${JSON.stringify({ file, line, reason })}\n`);
    });
    for (;;) {
      stopIf(context);
      const next = await reading.next();
      if (next.done) {
        if (shard.length > 0) await flush();
        await packing;
        return next.value;
      }
      const bytes = Buffer.byteLength(next.value.text);
      shard.push(next.value);
      shardBytes += bytes;
      total.documents++;
      total.textBytes += bytes;
      if (shardBytes >= limits.textBytes || shard.length >= limits.documents) await flush();
      if (quarantine.writableNeedDrain) await once(quarantine, "drain");
      if (performance.now() - told > PROGRESS_MS) {
        told = performance.now();
        context.progress({ type: "read", ...total });
      }
    }
  } finally {
    quarantine.end();
    await finished(quarantine);
  }
}

function shardFile(scratch: string, index: number): string {
  return join(scratch, `shard-${index}`);
}

async function untilTaken(file: string, context: EmbeddingTaskContext): Promise<void> {
  for (;;) {
    stopIf(context);
    const there = await access(file).then(
      () => true,
      () => false,
    );
    if (!there) return;
    await delay(20);
  }
}
