import { type ArtifactStore, readJson } from "@climb/ports";
import { DomainManifest } from "@climb/proto/clustering/v1/clustering_service";
import type { Decontamination, TokenSpec } from "@climb/proto/training/v1/training_service";
import { toArtifact } from "@climb/resources";
import type { ShardLeftOut } from "../tasks/tokenise-shard.js";
import { cleanOf, type TokenisedArtifacts } from "./tokenise.js";

/** What there is without the documents that contain targets. */
export interface CleanDomains {
  manifest: DomainManifest;
  decontamination: Decontamination | undefined;
}

/** The domains as they are tokenised, and what was left out of them; as they are where nothing was to be left out. */
export async function cleanDomains(
  artifacts: ArtifactStore,
  id: string,
  { decontaminate }: Pick<TokenSpec, "decontaminate">,
  given: DomainManifest,
  shards: readonly TokenisedArtifacts[],
): Promise<CleanDomains> {
  if (decontaminate.length === 0) return { manifest: given, decontamination: undefined };
  const leftOut = given.domains.map(() => ({ documents: 0, tokens: 0, textBytes: 0 }));
  const byTarget = decontaminate.map(() => given.domains.map(() => 0));
  for (const { clean } of shards) {
    if (!clean) throw new Error("a shard of a set without contaminated documents says nothing of them");
    const own = await readJson<ShardLeftOut>(artifacts, clean.leftOut);
    for (const [j, sums] of leftOut.entries()) {
      sums.documents += own.domains[j]?.documents ?? 0;
      sums.tokens += own.domains[j]?.tokens ?? 0;
      sums.textBytes += own.domains[j]?.textBytes ?? 0;
    }
    for (const [t, sums] of byTarget.entries()) {
      for (const j of sums.keys()) sums[j] = (sums[j] as number) + (own.targets[t]?.[j] ?? 0);
    }
  }
  const manifest: DomainManifest = {
    ...given,
    domains: given.domains.map((domain, j) => ({
      ...domain,
      documents: domain.documents - BigInt(leftOut[j]?.documents ?? 0),
      textBytes: domain.textBytes - BigInt(leftOut[j]?.textBytes ?? 0),
    })),
    assignments: shards.flatMap(({ clean }) => (clean ? [toArtifact(clean.assignments)] : [])),
  };
  const json = Buffer.from(JSON.stringify(DomainManifest.toJSON(manifest)), "utf8");
  const stored = await artifacts.put(`${cleanOf(id)}domains.json`, json);
  const decontamination: Decontamination = {
    domains: toArtifact(stored),
    leftOut: leftOut.map(({ documents, tokens, textBytes }, j) => ({
      domainId: given.domains[j]?.id ?? "",
      documents: BigInt(documents),
      tokens: BigInt(tokens),
      textBytes: BigInt(textBytes),
    })),
    targets: byTarget.map((counts, t) => ({
      target: decontaminate[t]?.name ?? "",
      documents: BigInt(counts.reduce((sum, count) => sum + count, 0)),
      byDomain: counts.map(BigInt),
    })),
  };
  return { manifest, decontamination };
}
