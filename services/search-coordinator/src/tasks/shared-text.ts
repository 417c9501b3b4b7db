import { createHash } from "node:crypto";
import { type AssignedShard, readAssigned } from "@climb/corpus";
import type { TaskContext } from "@climb/runtime/worker";

/** How much text each domain of an earlier set has in common with each of a present one. */
export interface SharedTextTask {
  earlier: AssignedShard[];
  earlierDomains: number;
  /** Documents of the earlier set. */
  earlierDocuments: number;
  present: AssignedShard[];
  presentDomains: number;
}

/** Texts that are remembered at most; of a larger corpus a sample decides, chosen by what the texts are. */
const MAX_TEXTS = 500_000;
const EVERY_DOCUMENTS = 1000;

/**
 * UTF-8 bytes of text: a row for each earlier domain and one for texts that were in none, a column for each present domain
 * and one for texts that are in none. Documents are the same where their texts are, whatever they are called; one that is
 * there several times is found as often. Of more than half a million documents a sample is counted.
 */
export async function countSharedText(task: SharedTextTask, context: TaskContext<number>): Promise<number[][]> {
  const share = Math.min(1, MAX_TEXTS / Math.max(1, task.earlierDocuments));
  const [earlier, present] = [task.earlierDomains, task.presentDomains];
  const shared = Array.from({ length: earlier + 1 }, () => Array.from({ length: present + 1 }, () => 0));
  const add = (o: number, n: number, bytes: number) => {
    const row = shared[o] as number[];
    row[n] = (row[n] as number) + bytes;
  };
  const domainsOf = new Map<number, number[]>();
  for await (const { index, text, domain } of readAssigned(task.earlier)) {
    if (index % EVERY_DOCUMENTS === 0) context.throwIfAborted();
    const key = domain < 0 ? undefined : sampled(text, share);
    if (key === undefined) continue;
    const known = domainsOf.get(key);
    if (known) known.push(domain);
    else domainsOf.set(key, [domain]);
    // Until it is found among the present ones, nothing is left of it.
    add(domain, present, Buffer.byteLength(text));
  }
  for await (const { index, text, domain } of readAssigned(task.present)) {
    if (index % EVERY_DOCUMENTS === 0) context.throwIfAborted();
    const key = domain < 0 ? undefined : sampled(text, share);
    if (key === undefined) continue;
    const bytes = Buffer.byteLength(text);
    const before = domainsOf.get(key)?.shift();
    add(before ?? earlier, domain, bytes);
    if (before !== undefined) add(before, present, -bytes);
  }
  return shared;
}

/** The first 48 bits of a text's SHA-256, if it is in the sample. */
function sampled(text: string, share: number): number | undefined {
  const digest = createHash("sha256").update(text).digest();
  return digest.readUInt32BE(8) / 2 ** 32 < share ? digest.readUIntBE(0, 6) : undefined;
}
