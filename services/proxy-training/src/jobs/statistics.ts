import type { Artifact } from "@climb/proto/common/v1/artifact";
import type { Target } from "@climb/proto/training/v1/target";
import type { TargetStatisticsSet, TokenManifest } from "@climb/proto/training/v1/training_service";
import type { ArtifactStore, MakeContext } from "@climb/runtime";
import { kindFromProto, scoreFromProto } from "../convert.js";
import type { LocalDomain, LocalTarget } from "../tasks/count-statistics.js";
import { artifactOf, type JobContext, readManifest, tokenizerFile } from "./context.js";

/** Counts the token pairs of the targets in every domain. */
export async function makeStatistics(
  { platform: { artifacts }, store, compute }: JobContext,
  { id, tokenSetId, targets }: TargetStatisticsSet,
  { signal }: MakeContext<TargetStatisticsSet>,
): Promise<(before: TargetStatisticsSet) => TargetStatisticsSet> {
  const tokenSet = await store.tokenSets.require(tokenSetId);
  const manifest = await readManifest(artifacts, tokenSet);
  const encoded = await compute(
    "statistics",
    {
      tokenizer: await tokenizerFile(artifacts, manifest),
      domains: await localDomains(artifacts, manifest),
      targets: await localTargets(artifacts, targets),
    },
    { signal },
  );
  const statistics: Artifact[] = [];
  for (const [i, bytes] of encoded.entries()) {
    statistics.push(artifactOf(await artifacts.put(`training/statistics/${id}/${i}.pb`, bytes)));
  }
  return (before) => ({ ...before, statistics });
}

/** The domains' token files on this machine. */
export function localDomains(artifacts: ArtifactStore, manifest: TokenManifest): Promise<LocalDomain[]> {
  return Promise.all(
    manifest.domains.map(async ({ domainId, tokens, artifact }) => ({
      id: domainId,
      tokens: Number(tokens),
      path: await artifacts.localPath(artifact as Artifact),
    })),
  );
}

/** The targets' items on this machine. */
export function localTargets(artifacts: ArtifactStore, targets: Target[]): Promise<LocalTarget[]> {
  return Promise.all(
    targets.map(async (target) => ({
      name: target.name,
      kind: kindFromProto(target.kind) ?? "text",
      score: scoreFromProto(target.scoring),
      path: await artifacts.localPath(target.items as Artifact),
    })),
  );
}
