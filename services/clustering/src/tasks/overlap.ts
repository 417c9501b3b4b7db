import { type AssignedShard, readAssigned } from "@climb/corpus";
import { hashSeed } from "@climb/numeric";
import type { TaskContext } from "@climb/runtime/worker";

/** How many documents each domain of an earlier set shares with each of a new one, by document id. */
export interface OverlapTask {
  earlier: AssignedShard[];
  earlierDomains: number;
  /** Documents of the earlier set. */
  earlierDocuments: number;
  current: AssignedShard[];
  currentDomains: number;
}

/** Ids that are held in memory at most; of a larger corpus a sample decides, chosen by the ids' hashes. */
const MAX_IDS = 500_000;

/** (earlier domains) × (current domains) documents of the sample. */
export async function countOverlap(task: OverlapTask, { throwIfAborted }: TaskContext<never>): Promise<Float64Array[]> {
  const share = Math.min(1, MAX_IDS / Math.max(1, task.earlierDocuments));
  const chosen = (id: string) => share === 1 || (hashSeed(0, id) >>> 0) / 2 ** 32 < share;
  const domainOf = new Map<string, number>();
  for await (const { index, id, domain } of readAssigned(task.earlier)) {
    if (index % 1000 === 0) throwIfAborted();
    if (domain >= 0 && chosen(id)) domainOf.set(id, domain);
  }
  const overlap = Array.from({ length: task.earlierDomains }, () => new Float64Array(task.currentDomains));
  for await (const { index, id, domain } of readAssigned(task.current)) {
    if (index % 1000 === 0) throwIfAborted();
    const earlier = domain < 0 ? undefined : domainOf.get(id);
    if (earlier === undefined) continue;
    const shared = overlap[earlier] as Float64Array;
    shared[domain] = (shared[domain] as number) + 1;
  }
  return overlap;
}
