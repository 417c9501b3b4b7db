import type { Artifact } from "@climb/proto/common/v1/artifact";
import { JobState } from "@climb/proto/common/v1/job";
import type { Target } from "@climb/proto/training/v1/target";
import { TargetStatisticsFinished } from "@climb/proto/training/v1/training_events";
import { type TargetStatisticsSet, TokenManifest } from "@climb/proto/training/v1/training_service";
import type { ArtifactStore } from "@climb/runtime";
import { endEventId, ended, failureOf, isFinal, running } from "@climb/runtime";
import { kindFromProto, scoreFromProto } from "../convert.js";
import type { LocalDomain, LocalTarget } from "../tasks/count-statistics.js";
import { artifactOf, isLasting, type JobContext, readText, unlessCancelled } from "./context.js";

/** Counts the token pairs of the targets in every domain. */
export async function makeStatistics(context: JobContext, id: string, lease: AbortSignal): Promise<void> {
  const { store } = context;
  // Cancelled and asked for again while it was worked on, it begins again here.
  while (!isFinal((await store.statistics.require(id)).status)) {
    try {
      await unlessCancelled(store.statistics, id, lease, (signal) => count(context, id, signal));
    } catch (error) {
      if (lease.aborted || !isLasting(error)) throw error;
      await failStatistics(context, id, error);
    }
  }
  await announce(context, id);
}

/** Statistics that were tried as often as the queue allows. */
export async function buryStatistics(context: JobContext, id: string, error: unknown): Promise<void> {
  await failStatistics(context, id, error);
  await announce(context, id);
}

async function count({ platform, store, compute, now }: JobContext, id: string, signal: AbortSignal): Promise<void> {
  const { artifacts } = platform;
  const update = (change: (set: TargetStatisticsSet) => TargetStatisticsSet) =>
    store.statistics.update(id, (before) => (isFinal(before.status) ? before : change(before)));
  const set = await update((before) => ({ ...before, status: running(before.status, now()) }));
  if (isFinal(set.status)) return;
  const tokenSet = await store.tokenSets.require(set.tokenSetId);
  const manifest = TokenManifest.fromJSON(JSON.parse(await readText(artifacts, tokenSet.manifest)));
  const encoded = await compute(
    "statistics",
    {
      tokenizer: await readText(artifacts, manifest.tokenizer),
      domains: await localDomains(artifacts, manifest),
      targets: await localTargets(artifacts, set.targets),
    },
    { signal },
  );
  const statistics: Artifact[] = [];
  for (const [i, bytes] of encoded.entries()) {
    statistics.push(artifactOf(await artifacts.put(`training/statistics/${id}/${i}.pb`, bytes)));
  }
  await update((before) => ({
    ...before,
    statistics,
    status: ended(before.status, JobState.JOB_STATE_SUCCEEDED, now()),
  }));
}

async function failStatistics({ store, now, platform }: JobContext, id: string, error: unknown): Promise<void> {
  platform.logger.error({ err: error, targetStatistics: id }, "counting failed");
  await store.statistics.update(id, (before) =>
    isFinal(before.status)
      ? before
      : { ...before, status: ended(before.status, JobState.JOB_STATE_FAILED, now(), failureOf(error)) },
  );
}

async function announce({ store, platform }: JobContext, id: string): Promise<void> {
  const { status } = await store.statistics.require(id);
  await platform.events.publish({
    subject: "training.target_statistics_finished",
    id: endEventId(id, status),
    payload: TargetStatisticsFinished.encode({
      targetStatisticsId: id,
      state: status?.state ?? JobState.JOB_STATE_FAILED,
    }).finish(),
  });
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
