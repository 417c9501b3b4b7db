import { createWriteStream } from "node:fs";
import { mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { readTextLines } from "@climb/corpus";

/** Every so many words one is replaced, so that copies are near-duplicates and not the same text. */
const EDIT_EVERY = 40;

/**
 * Copies a corpus of *.jsonl.gz shards with small edits, as plain JSON lines; ids get the copy's number.
 */
export async function copyCorpus(
  from: string,
  to: string,
  copies: number,
): Promise<{ documents: number; bytes: number }> {
  await mkdir(to, { recursive: true });
  const shards = (await readdir(from)).filter((name) => name.endsWith(".jsonl.gz")).sort();
  let [documents, bytes] = [0, 0];
  for (let copy = 0; copy < copies; copy++) {
    for (const shard of shards) {
      const edited = async function* () {
        for await (const line of readTextLines(join(from, shard))) {
          const { id, text } = JSON.parse(line) as { id: string; text: string };
          const changed = `${JSON.stringify({ id: `${id}-${copy}`, text: copy === 0 ? text : edit(text, copy) })}\n`;
          documents++;
          bytes += Buffer.byteLength(changed);
          yield changed;
        }
      };
      await pipeline(Readable.from(edited()), createWriteStream(join(to, `${copy}-${shard.replace(/\.gz$/, "")}`)));
    }
  }
  return { documents, bytes };
}

function edit(text: string, copy: number): string {
  let at = copy;
  return text.replace(/\S+/g, (word) => (++at % EDIT_EVERY === 0 ? `${word}${copy}` : word));
}
