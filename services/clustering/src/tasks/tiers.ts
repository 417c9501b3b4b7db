import { gzipSync } from "node:zlib";
import { readDocuments } from "@climb/corpus";
import type { TaskContext } from "@climb/runtime/worker";
import { qualityScore, violations } from "../core/quality/rules.js";
import { createMeasures } from "../core/quality/signals.js";
import { cutTiers, type Graded, tierId } from "../core/tiers.js";
import { type LocalScorer, openScorers } from "./scorers.js";
import { readInt32, readVectors, type VectorShard } from "./vectors.js";

/** Grades every document of a shard. */
export interface GradeTask extends VectorShard {
  documentsPath: string;
  assignmentsPath: string;
  dimensions: number;
  /** Of every language of the corpus. */
  stopWords: string[];
  /** What grades; the quality by the rules, unless given. */
  scorer?: LocalScorer | undefined;
}

/** Reads and judges one shard. @throws ServiceError RECORD_INVALID if the shard's parts differ in number */
export async function gradeDocuments(task: GradeTask, { throwIfAborted }: TaskContext<never>): Promise<Graded> {
  const { documentsPath, dimensions, rows, scorer } = task;
  const domains = await readInt32(task.assignmentsPath, rows);
  const points = scorer && (await readVectors(task, dimensions));
  const score = scorer && (await openScorers([scorer]));
  const { measure } = createMeasures(new Set(task.stopWords), () => undefined);
  const [quality, textBytes] = [new Float32Array(rows), new Float32Array(rows)];
  let row = 0;
  for await (const { text } of readDocuments(documentsPath)) {
    if (row % 64 === 0) throwIfAborted();
    const vector = points?.values.subarray(row * dimensions, (row + 1) * dimensions);
    quality[row] =
      score && vector ? (score(text, vector)[0] as number) : qualityScore(violations(measure(text).signals));
    textBytes[row] = Buffer.byteLength(text);
    row++;
  }
  return { domains, quality, textBytes };
}

/** Cuts all shards together. */
export interface CutTiersTask {
  shards: Graded[];
  tiers: number;
}

/** For each shard the tier of each document, see {@link cutTiers}. */
export function cutIntoTiers({ shards, tiers }: CutTiersTask): Uint8Array[] {
  const starts = shards.map((_, k) => shards.slice(0, k).reduce((sum, { domains }) => sum + domains.length, 0));
  const length = shards.reduce((sum, { domains }) => sum + domains.length, 0);
  const all: Graded = {
    domains: new Int32Array(length),
    quality: new Float32Array(length),
    textBytes: new Float32Array(length),
  };
  shards.forEach(({ domains, quality, textBytes }, k) => {
    all.domains.set(domains, starts[k]);
    all.quality.set(quality, starts[k]);
    all.textBytes.set(textBytes, starts[k]);
  });
  const cut = cutTiers(all, tiers);
  return shards.map(({ domains }, k) => cut.slice(starts[k], (starts[k] as number) + domains.length));
}

/** Writes the labels of a shard's documents. */
export interface TierLinesTask {
  documentsPath: string;
  /** Index of each document's domain, and its tier; 0 for none. */
  domains: Int32Array;
  tiers: Uint8Array;
  ids: string[];
}

/** JSON lines of id and label as given domains have them, packed. */
export async function tierLines({ documentsPath, domains, tiers, ids }: TierLinesTask): Promise<Uint8Array> {
  const lines: string[] = [];
  let row = 0;
  for await (const { id } of readDocuments(documentsPath)) {
    const tier = tiers[row] as number;
    if (tier > 0) lines.push(`${JSON.stringify({ id, label: tierId(ids[domains[row] as number] as string, tier) })}\n`);
    row++;
  }
  return gzipSync(lines.join(""));
}
