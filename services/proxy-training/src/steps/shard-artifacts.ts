import type { ArtifactRef, ArtifactStore } from "@climb/ports";

/** Finds the artifacts of a shard, if all are there. @param paths the names of each shard's artifacts */
export function findArtifacts(artifacts: ArtifactStore, paths: readonly (readonly string[])[]) {
  return async (shard: number): Promise<ArtifactRef[] | undefined> => {
    const names = paths[shard] ?? [];
    const found = await Promise.all(names.map((name) => artifacts.keep(name)));
    const refs = found.filter((ref) => ref !== undefined);
    return refs.length === names.length ? refs : undefined;
  };
}

/** The names of as many numbered artifacts, one a shard, in a folder that ends in "/". */
export function numbered(folder: string, count: number): string[][] {
  return Array.from({ length: count }, (_, i) => [`${folder}${String(i).padStart(5, "0")}`]);
}
