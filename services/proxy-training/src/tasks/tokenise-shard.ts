import { mkdir, open } from "node:fs/promises";
import { join } from "node:path";
import { type AssignedShard, readAssigned } from "@climb/runtime/worker";
import { openTokenizer, type TokenizerFile } from "./tokenizers.js";

export interface TokeniseShardTask {
  shard: AssignedShard;
  tokenizer: TokenizerFile;
  domains: number;
  /** A folder of this shard's own. */
  folder: string;
}

/** Tokens are written out when a domain has gathered so many. */
const FLUSH_TOKENS = 1 << 18;

/** Writes the tokens of each domain of a shard to `<domain>.u16`, documents in order, each followed by end-of-text. */
export async function tokeniseShard(task: TokeniseShardTask, stop: () => void): Promise<{ tokens: number[] }> {
  await mkdir(task.folder, { recursive: true });
  const tokenizer = openTokenizer(task.tokenizer);
  const files = await Promise.all(Array.from({ length: task.domains }, (_, j) => open(shardFile(task.folder, j), "w")));
  const waiting: Uint16Array[][] = files.map(() => []);
  const gathered = new Array<number>(task.domains).fill(0);
  const tokens = new Array<number>(task.domains).fill(0);
  const flush = async (domain: number) => {
    for (const piece of waiting[domain]?.splice(0) ?? []) {
      await files[domain]?.writeFile(new Uint8Array(piece.buffer, piece.byteOffset, piece.byteLength));
    }
    gathered[domain] = 0;
  };
  try {
    for await (const { index, text, domain } of readAssigned([task.shard])) {
      if (index % 256 === 0) stop();
      if (domain < 0) continue;
      const encoded = tokenizer.encode(text);
      waiting[domain]?.push(encoded, Uint16Array.of(tokenizer.endOfText));
      tokens[domain] = (tokens[domain] as number) + encoded.length + 1;
      gathered[domain] = (gathered[domain] as number) + encoded.length + 1;
      if ((gathered[domain] as number) >= FLUSH_TOKENS) await flush(domain);
    }
    for (let domain = 0; domain < task.domains; domain++) await flush(domain);
  } finally {
    await Promise.all(files.map((file) => file.close()));
  }
  return { tokens };
}

/** Where the tokens of a domain are within a shard's folder. */
export function shardFile(folder: string, domain: number): string {
  return join(folder, `${domain}.u16`);
}
