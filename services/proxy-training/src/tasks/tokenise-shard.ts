import { createHash } from "node:crypto";
import { mkdir, open } from "node:fs/promises";
import { join } from "node:path";
import { type AssignedShard, readAssigned } from "@climb/corpus";
import type { TaskContext } from "@climb/runtime/worker";
import { bytesPerToken, type Tokens, tokensOf } from "../core/tokens.js";
import { openTokenizer, type TokenizerFile } from "./tokenizers.js";

export interface TokeniseShardTask {
  shard: AssignedShard;
  tokenizer: TokenizerFile;
  domains: number;
  /** A folder of this shard's own. */
  folder: string;
}

/** What a shard has of one domain. */
export interface ShardTokens {
  tokens: number;
  /** SHA-256 of the tokens' bytes. */
  sha256: Uint8Array;
}

/** Tokens are written out when a domain has gathered so many. */
const FLUSH_TOKENS = 1 << 18;

/**
 * Writes the tokens of each domain of a shard to `<domain>.tokens`, documents in order, each followed by end-of-text.
 * @returns by domain
 */
export async function tokeniseShard(task: TokeniseShardTask, context: TaskContext<never>): Promise<ShardTokens[]> {
  await mkdir(task.folder, { recursive: true });
  const tokenizer = openTokenizer(task.tokenizer);
  const endOfText = tokensOf(bytesPerToken(tokenizer.vocabulary), [tokenizer.endOfText]);
  const domains = await Promise.all(
    Array.from({ length: task.domains }, async (_, j) => ({
      file: await open(shardFile(task.folder, j), "w"),
      hash: createHash("sha256"),
      waiting: [] as Tokens[],
      gathered: 0,
      tokens: 0,
    })),
  );
  const flush = async (domain: (typeof domains)[number]) => {
    for (const { buffer, byteOffset, byteLength } of domain.waiting.splice(0)) {
      const bytes = new Uint8Array(buffer, byteOffset, byteLength);
      domain.hash.update(bytes);
      await domain.file.writeFile(bytes);
    }
    domain.gathered = 0;
  };
  try {
    for await (const { index, text, domain: j } of readAssigned([task.shard])) {
      if (index % 256 === 0) context.throwIfAborted();
      const domain = domains[j];
      if (!domain) continue;
      const encoded = tokenizer.encode(text);
      domain.waiting.push(encoded, endOfText);
      domain.tokens += encoded.length + 1;
      domain.gathered += encoded.length + 1;
      if (domain.gathered >= FLUSH_TOKENS) await flush(domain);
    }
    for (const domain of domains) await flush(domain);
  } finally {
    await Promise.all(domains.map(({ file }) => file.close()));
  }
  return domains.map(({ tokens, hash }) => ({ tokens, sha256: hash.digest() }));
}

/** Where the tokens of a domain are within a shard's folder. */
export function shardFile(folder: string, domain: number): string {
  return join(folder, `${domain}.tokens`);
}
