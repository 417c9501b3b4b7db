import { type ArtifactRef, keptJson, type Platform, readJson } from "@climb/ports";
import pMap, { pMapIterable } from "p-map";
import { modeOf, numbered, workFolder } from "./names.js";
import type { DatasetParams } from "./shards.js";

const OPENED_AT_ONCE = 32;
const GATHERED_AT_ONCE = 4;

export const dealtName = (params: DatasetParams, shard: number) =>
  `${workFolder(params.id)}${modeOf(params)}-dealt-${numbered(shard)}`;

/** A shard's documents, dealt to output parts. */
export interface Dealt {
  ref: ArtifactRef;
  /** Where each part begins, and the end. */
  offsets: number[];
}

/** What all shards were dealt to, without the documents themselves; found once, and read by every writer of a part. */
export async function storeAllDealt(
  artifacts: Platform["artifacts"],
  params: DatasetParams,
  shards: number,
): Promise<{ ref: ArtifactRef; dealt: Dealt[] }> {
  const name = `${workFolder(params.id)}${modeOf(params)}-dealt.json`;
  const all = Array.from({ length: shards }, (_, shard) => shard);
  const { ref, value } = await keptJson(artifacts, name, () =>
    pMap(all, (shard) => openDealt(artifacts, params, shard), { concurrency: OPENED_AT_ONCE }),
  );
  return { ref, dealt: value };
}

export function readAllDealt(artifacts: Platform["artifacts"], stored: ArtifactRef): Promise<Dealt[]> {
  return readJson<Dealt[]>(artifacts, stored);
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
  return { ref, offsets: Array.from(await read(Number(tableBytes)), Number) };
}

/** The lines of a part from all shards, in the order of the corpus. */
export async function* gather(artifacts: Platform["artifacts"], dealt: readonly Dealt[], part: number) {
  const ranges = dealt.flatMap(({ ref, offsets }) => {
    const [start, end] = [offsets[part] ?? 0, offsets[part + 1] ?? 0];
    return end > start ? [{ ref, start, length: end - start }] : [];
  });
  const read = async ({ ref, ...range }: (typeof ranges)[number]) => {
    const chunks: Uint8Array[] = [];
    for await (const chunk of artifacts.get(ref, range)) chunks.push(chunk);
    return chunks;
  };
  // A store far away answers late: some ranges are on their way while one is written.
  for await (const chunks of pMapIterable(ranges, read, { concurrency: GATHERED_AT_ONCE })) yield* chunks;
}
