import type { CorpusMap, Merge } from "@climb/proto/clustering/v1/clustering_service";
import type { Wire } from "../wire.js";
import { artifactJson } from "./api.js";

/** What the page needs of a domain set's manifest. */
export interface StoredSet {
  merges: Pick<Wire<Merge>, "left" | "right" | "distance">[];
  /** Index of the domain of each cluster, −1 if it was pruned. */
  clusterDomains: number[];
  map: string | undefined;
}

/** Stored as the JSON of the contracts, which leaves out what is 0 or empty. */
type Stored<T> = { [K in keyof T]?: T[K] extends (infer U)[] ? Partial<U>[] : T[K] };

/** Reads a domain set's manifest. @throws CallError */
export async function readManifest(uri: string): Promise<StoredSet> {
  const stored = await artifactJson<Stored<Omit<StoredSet, "map">> & { map?: { uri: string } }>(uri);
  const merges = (stored.merges ?? []).map(({ left = 0, right = 0, distance = 0 }) => ({ left, right, distance }));
  return { merges, clusterDomains: (stored.clusterDomains ?? []) as number[], map: stored.map?.uri };
}

/** Reads the map of a corpus. @throws CallError */
export async function readMap(uri: string): Promise<Wire<CorpusMap>> {
  const { points = [] } = await artifactJson<Stored<Wire<CorpusMap>>>(uri);
  const whole = ({ documentId = "", title = "", domainId = "", x = 0, y = 0 }: (typeof points)[number]) => ({
    documentId,
    title,
    domainId,
    x,
    y,
  });
  return { points: points.map(whole) };
}
