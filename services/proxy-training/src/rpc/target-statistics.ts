import { TargetStatisticsFinished } from "@climb/proto/training/v1/training_events";
import {
  type CreateTargetStatisticsRequest,
  TargetStatisticsSet,
  type TokenSet,
} from "@climb/proto/training/v1/training_service";
import { type Checked, defineResource, pending, type ResourceKind, type ResourceStore } from "@climb/resources";
import { contentId } from "@climb/runtime";
import type { WorkContext } from "../steps/inputs.js";
import { countStatistics, countsOf, statisticsShards } from "../steps/statistics.js";
import { targetDigest } from "./convert.js";
import { finishedTokenSet } from "./token-sets.js";

type Request = CreateTargetStatisticsRequest;

export type Statistics = ResourceKind<TargetStatisticsSet, Request, "TargetStatistics", "TargetStatistics">;

/** Target statistics: what the training-free features need of targets and every domain. */
export function defineStatistics(work: WorkContext, tokenSets: ResourceStore<TokenSet>): Statistics {
  const { artifacts } = work.platform;
  const kind: Statistics = defineResource(work.platform, {
    kind: "target-statistics",
    names: { one: "TargetStatistics", many: "TargetStatistics" },
    message: TargetStatisticsSet,
    concurrency: 1,
    check: (request: Request) => checkStatistics(tokenSets, request),
    async make(set, making) {
      const tokenSet = await tokenSets.require(set.tokenSetId);
      const counted = await countStatistics(work, set, tokenSet, making, shards);
      return (before) => ({ ...before, ...counted });
    },
    async tidy({ id }) {
      for await (const { path } of artifacts.list(countsOf(id))) await artifacts.remove(path);
    },
    event: (targetStatisticsId, state) => ({
      subject: "training.target_statistics_finished",
      payload: TargetStatisticsFinished.encode({ targetStatisticsId, state }).finish(),
    }),
  });
  const shards = kind.shards(statisticsShards(work, { statistics: kind.store, tokenSets }));
  return kind;
}

async function checkStatistics(
  tokenSets: ResourceStore<TokenSet>,
  { tokenSetId, targets }: Request,
): Promise<Checked<TargetStatisticsSet>> {
  const tokenSet = await finishedTokenSet(tokenSets, tokenSetId);
  const id = contentId("statistics 2", tokenSet.manifest?.sha256 ?? "", ...targets.map(targetDigest));
  const wanted = TargetStatisticsSet.fromPartial({ id, tokenSetId, targets, status: pending(new Date()) });
  return { faults: [], wanted };
}
