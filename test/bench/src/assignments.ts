import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import type { ArtifactStore } from "@climb/ports";
import { DomainManifest } from "@climb/proto/clustering/v1/clustering_service";
import type { Artifact } from "@climb/proto/common/v1/artifact";

/** The ids of a domain set's documents, the domain of each (−1 if it was pruned), and the manifest that lists them. */
export async function assignmentsOf(artifacts: ArtifactStore, manifestRef: Artifact) {
  const read = async (artifact: Artifact) => readFile(await artifacts.localPath(artifact));
  const manifest = DomainManifest.fromJSON(JSON.parse((await read(manifestRef)).toString("utf8")));
  const ids: string[] = [];
  const domains: number[] = [];
  for (const [i, { artifact }] of (manifest.corpus?.shards ?? []).entries()) {
    const text = (await promisify(gunzip)(await read(artifact as Artifact))).toString("utf8");
    for (const line of text.split("\n")) if (line) ids.push((JSON.parse(line) as { id: string }).id);
    const raw = await read(manifest.assignments[i] as Artifact);
    domains.push(...new Int32Array(raw.buffer.slice(raw.byteOffset, raw.byteOffset + raw.byteLength)));
  }
  return { ids, domains, manifest };
}
