import type { ArtifactRef, Platform } from "@climb/ports";
import pMap from "p-map";
import { modeOf, numbered, workFolder } from "./names.js";
import type { DatasetParams } from "./shards.js";

const OPENED_AT_ONCE = 32;

export const dealtName = (params: DatasetParams, shard: number) =>
  `${workFolder(params.id)}${modeOf(params)}-dealt-${numbered(shard)}`;

/** A shard's documents, dealt to output parts. */
export interface Dealt {
  ref: ArtifactRef;
  /** Where each part begins, and the end. */
  offsets: BigUint64Array;
}

/** What all shards were dealt to, without the documents themselves. */
export function openAllDealt(
  artifacts: Platform["artifacts"],
  params: DatasetParams,
  shards: number,
): Promise<Dealt[]> {
  const all = Array.from({ length: shards }, (_, shard) => shard);
  return pMap(all, (shard) => openDealt(artifacts, params, shard), { concurrency: OPENED_AT_ONCE });
}

async function openDealt(artifacts: Platform["artifacts"], params: DatasetParams, shard: number): Promise<Dealt> {
  const ref = await artifacts.keep(dealtName(params, shard));
  if (!ref) throw new Error(`the documents of shard ${shard} were dealt, but are not there`);
  const read = async (length: number) => {
    const chunks: Uint8Array[] = [];
    for await (const chunk of artifacts.get(ref, { start: 0, length })) chunks.push(chunk);
    return new BigUint64Array(Uint8Array.from(Buffer.concat(chunks)).buffer);
  };
  // The first part begins where the table ends.
  const [tableBytes = 8n] = await read(8);
  return { ref, offsets: await read(Number(tableBytes)) };
}

/** The lines of a part from all shards, in the order of the corpus. */
export async function* gather(artifacts: Platform["artifacts"], dealt: readonly Dealt[], part: number) {
  for (const { ref, offsets } of dealt) {
    const [start, end] = [Number(offsets[part]), Number(offsets[part + 1])];
    if (end > start) yield* artifacts.get(ref, { start, length: end - start });
  }
}
