import type { ArtifactRef, ArtifactStore } from "@climb/ports";
import type { MakeContext, ShardRequest, ShardWork } from "@climb/resources";

/**
 * Has shards done that leave artifacts under names of their own, and returns those, by shard.
 * @param request.paths the names of each shard's artifacts
 */
export async function shardArtifacts<T, Params>(
  artifacts: ArtifactStore,
  making: MakeContext<T>,
  work: ShardWork<Params>,
  { paths, ...request }: Omit<ShardRequest<Params>, "isThere"> & { paths: readonly (readonly string[])[] },
): Promise<ArtifactRef[][]> {
  const find = async (names: readonly string[] = []) => {
    const found = await Promise.all(names.map((name) => artifacts.keep(name)));
    return found.filter((ref) => ref !== undefined);
  };
  const isWhole = (found: ArtifactRef[], shard: number) => found.length === paths[shard]?.length;
  for (;;) {
    await making.shards(work, { ...request, isThere: async (shard) => isWhole(await find(paths[shard]), shard) });
    const all = await Promise.all(paths.map(find));
    if (all.every(isWhole)) return all;
    // Some were swept away since the group was done, in an attempt that was given up long ago.
    await work.forget(request.key);
  }
}

/** The names of as many numbered artifacts, one a shard, in a folder that ends in "/". */
export function numbered(folder: string, count: number): string[][] {
  return Array.from({ length: count }, (_, i) => [`${folder}${String(i).padStart(5, "0")}`]);
}
