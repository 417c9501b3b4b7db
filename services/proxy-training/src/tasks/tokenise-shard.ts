import { mkdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { type AssignedShard, readAssigned } from "@climb/corpus";
import type { TaskContext } from "@climb/runtime/worker";
import { contaminatedBy } from "../core/overlap/contaminated.js";
import { indexNgrams } from "../core/overlap/ngram-index.js";
import { bytesPerToken, tokensOf } from "../core/tokens.js";
import { NOT_MADE, openKnownTokens } from "./known-tokens.js";
import { openTokenSink, type TokenSink, type WrittenTokens } from "./token-sink.js";
import { openTokenizer, type TokenizerFile } from "./tokenizers.js";

export interface TokeniseShardTask {
  shard: AssignedShard;
  tokenizer: TokenizerFile;
  domains: number;
  /** A folder of this shard's own. */
  folder: string;
  /** Runs of tokens of each target, see targetNgrams; a document that has one of them is left out. */
  ngrams: Uint32Array[];
  /** The tokens of its documents that were made before, see {@link KnownTokens}. */
  knownPath: string | undefined;
  /** Whether to keep the tokens of its documents for others. */
  keeps: boolean;
}

/** The outcome of a shard. */
export interface TokenisedShard {
  /** By domain. */
  domains: WrittenTokens[];
  /** The domain of each document, −1 for those that are left out now or were before. */
  assignments: Int32Array;
  leftOut: ShardLeftOut;
  /**
   * How many tokens each document has of those in {@link keptFile}, or NOT_MADE; if they are kept and some were not known.
   */
  kept: Uint32Array | undefined;
}

/** What was left out of a shard because it contains a target. */
export interface ShardLeftOut {
  /** By domain. */
  domains: { documents: number; tokens: number; textBytes: number }[];
  /** By target, then by domain: documents. */
  targets: number[][];
}

/** Writes the tokens of each domain of a shard to `<domain>.tokens`, documents in order, each followed by end-of-text. */
export async function tokeniseShard(task: TokeniseShardTask, context: TaskContext<never>): Promise<TokenisedShard> {
  await mkdir(task.folder, { recursive: true });
  const tokenizer = openTokenizer(task.tokenizer);
  const bytes = bytesPerToken(tokenizer.vocabulary);
  const endOfText = tokensOf(bytes, [tokenizer.endOfText]);
  const targetsIn = contaminatedBy(indexNgrams(task.ngrams));
  const assignments: number[] = [];
  const lengths: number[] = [];
  let made = 0;
  const leftOut: ShardLeftOut = {
    domains: Array.from({ length: task.domains }, () => ({ documents: 0, tokens: 0, textBytes: 0 })),
    targets: task.ngrams.map(() => Array.from({ length: task.domains }, () => 0)),
  };
  const known = task.knownPath && openKnownTokens(task.knownPath, await documentsOf(task.shard), bytes);
  const sinks: TokenSink[] = [];
  try {
    for (let j = 0; j < task.domains; j++) sinks.push(await openTokenSink(shardFile(task.folder, j)));
    const domains = [...sinks];
    const keeper = task.keeps ? await openTokenSink(keptFile(task.folder)) : undefined;
    if (keeper) sinks.push(keeper);
    const tokensOfDocument = (index: number, text: string, isWanted: boolean) => {
      const before = known ? known.of(index) : undefined;
      if (before || !isWanted) return before;
      made++;
      return tokenizer.encode(text);
    };
    for await (const { index, text, domain: j } of readAssigned([task.shard])) {
      if (index % 256 === 0) context.throwIfAborted();
      const domain = domains[j];
      assignments.push(j);
      const encoded = tokensOfDocument(index, text, domain !== undefined);
      lengths.push(encoded?.length ?? NOT_MADE);
      if (encoded) await keeper?.add(encoded);
      if (!domain || !encoded) continue;
      const contained = targetsIn(encoded);
      if (contained.length > 0) {
        assignments[assignments.length - 1] = -1;
        const counts = leftOut.domains[j] as ShardLeftOut["domains"][number];
        counts.documents++;
        counts.tokens += encoded.length + 1;
        counts.textBytes += Buffer.byteLength(text);
        for (const t of contained) (leftOut.targets[t] as number[])[j] = (leftOut.targets[t]?.[j] as number) + 1;
        continue;
      }
      await domain.add(encoded, endOfText);
    }
    const written = await Promise.all(sinks.map((sink) => sink.finish()));
    const kept = keeper && made > 0 ? Uint32Array.from(lengths) : undefined;
    return { domains: written.slice(0, task.domains), assignments: Int32Array.from(assignments), leftOut, kept };
  } finally {
    if (known) known.close();
    await Promise.all(sinks.map((sink) => sink.close()));
  }
}

/** Documents of a shard, by the size of its assignments. */
async function documentsOf({ assignmentsPath }: AssignedShard): Promise<number> {
  return (await stat(assignmentsPath)).size / Int32Array.BYTES_PER_ELEMENT;
}

/** Where the tokens of a domain are within a shard's folder. */
export function shardFile(folder: string, domain: number): string {
  return join(folder, `${domain}.tokens`);
}

/** Where the tokens of all documents are within a shard's folder, one document after another. */
export function keptFile(folder: string): string {
  return join(folder, "kept.tokens");
}
