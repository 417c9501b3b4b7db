import { DomainSetFinished } from "@climb/proto/clustering/v1/clustering_events";
import {
  type ClusteringServiceDefinition,
  type CreateDomainSetRequest,
  type Domain,
  DomainSet,
  DomainSpec,
  type DomainSplit,
  type QualityTiers,
} from "@climb/proto/clustering/v1/clustering_service";
import { type Checked, defineResource, pending, type ResourceKind } from "@climb/resources";
import { fieldInvalid, type Handlers, ServiceError } from "@climb/runtime";
import { documentsOf, isWithoutText, readEmbeddings } from "../steps/artifacts.js";
import type { ClusteringContext, ClusteringStores } from "../steps/context.js";
import { makeDomainSet } from "../steps/domain-set.js";
import { readRemoval } from "../steps/removal.js";
import { defineShardScans, embeddingsOf } from "../steps/scan-shard.js";
import { finishedSet, manifestOf } from "../steps/sets.js";
import { storeGivenDomains } from "../steps/stored-file.js";
import { MAX_GIVEN_DOMAINS } from "../tasks/given-domains.js";
import { checkSpec } from "./check-spec.js";
import { domainSetId, planOf } from "./plan.js";
import { storedScorers } from "./scorer-files.js";

export type DomainSets = ResourceKind<DomainSet, Pick<CreateDomainSetRequest, "spec">, "DomainSet", "DomainSets">;

/**
 * Domain sets: what a corpus is about.
 * @param online threads for callers who wait
 */
export function defineDomainSets(
  context: ClusteringContext,
  online: ClusteringContext,
  stores: ClusteringStores,
  concurrency: number,
): DomainSets {
  const sets: DomainSets = defineResource(context.platform, {
    kind: "domain-set",
    message: DomainSet,
    names: { one: "DomainSet", many: "DomainSets" },
    check: (request: Pick<CreateDomainSetRequest, "spec">, { signal }) => check(online, stores, request, signal),
    concurrency,
    make: (set, making) => makeDomainSet(context, stores, scans, set, making),
    event: (id, state) => ({
      subject: "clustering.domain_set_finished",
      payload: DomainSetFinished.encode({ domainSetId: id, state }).finish(),
    }),
  });
  const scans = defineShardScans(context, sets);
  return sets;
}

async function check(
  context: ClusteringContext,
  stores: ClusteringStores,
  { spec: given }: Pick<CreateDomainSetRequest, "spec">,
  signal: AbortSignal,
): Promise<Checked<DomainSet>> {
  const spec = given ?? DomainSpec.create();
  const { faults, error } = await checkSpec(context, spec, signal);
  if (error || faults.length > 0) return { faults, ...(error && { error }) };
  const { platform } = context;
  const stored = { ...spec, scorers: await storedScorers(platform, spec.scorers) };
  if (spec.labels && !spec.labels.file) {
    stored.labels = { ...spec.labels, file: await storeGivenDomains(platform, spec.labels.path) };
  }
  return { faults, wanted: await newDomainSet(context, stores, stored) };
}

/** The set of a checked specification, as it begins. @throws ServiceError if what it refers to does not fit */
async function newDomainSet(
  { platform }: ClusteringContext,
  stores: ClusteringStores,
  spec: DomainSpec,
): Promise<DomainSet> {
  const manifest = await readEmbeddings(platform.artifacts, embeddingsOf(spec));
  const plan = planOf(spec, documentsOf(manifest), isWithoutText(manifest));
  if (spec.duplicates) {
    const of = domainSetId(manifest, plan, { ...spec, duplicates: undefined });
    const { domainSetId: found } = await readRemoval(stores, spec.duplicates);
    if (found !== of) {
      throw fieldInvalid("spec.duplicates.report_id", `a report about domain set ${found}`, `one about ${of}`);
    }
  }
  if (spec.previousDomainSetId) await finishedSet(stores, spec.previousDomainSetId);
  if (spec.tiers) await checkTiers(stores, spec, spec.tiers);
  return DomainSet.fromPartial({ id: domainSetId(manifest, plan, spec), spec, status: pending(new Date()) });
}

/** Whether a set can be cut into tiers. @throws ServiceError if it cannot */
async function checkTiers(
  stores: ClusteringStores,
  { embeddings }: DomainSpec,
  { domainSetId: id, tiers, scorer }: QualityTiers,
): Promise<void> {
  const { spec, domains } = await finishedSet(stores, id);
  if (spec?.tiers) {
    const message = `domain set ${id} has tiers already; cut the set that it was made of, ${spec.tiers.domainSetId}`;
    throw new ServiceError("wrongState", "STATE_FORBIDS", message, { kind: "domain-set", id, state: "SUCCEEDED" });
  }
  if (spec?.embeddings?.sha256 !== embeddings?.sha256) {
    throw fieldInvalid("spec.embeddings", embeddings?.uri ?? "nothing", `${spec?.embeddings?.uri}, those of set ${id}`);
  }
  if (tiers * domains.length > MAX_GIVEN_DOMAINS) {
    const most = Math.floor(MAX_GIVEN_DOMAINS / domains.length);
    throw fieldInvalid("spec.tiers.tiers", tiers, `at most ${most} for ${domains.length} domains`);
  }
  const names = (spec?.scorers ?? []).map(({ name }) => name);
  if (scorer && !names.includes(scorer)) {
    throw fieldInvalid(
      "spec.tiers.scorer",
      scorer,
      `one of that set, ${names.join(", ") || "which has none"}, or none`,
    );
  }
}

/** Begins a set that is made of another one's specification. */
export function beginner(context: ClusteringContext, stores: ClusteringStores, sets: DomainSets) {
  return async (spec: DomainSpec, requestId: string) => ({
    domainSet: await sets.begin(await newDomainSet(context, stores, spec), requestId),
  });
}

/** What of a split can be known before the tree is cut. A part of a split before it is not known yet. @throws ServiceError invalid FIELD_INVALID */
function checkSplit(
  domains: readonly Domain[],
  before: readonly DomainSplit[],
  id: string,
  into: number,
  index: number,
): void {
  if (before.some(({ domainId }) => id.startsWith(`${domainId}.`))) return;
  const domain = domains.find((one) => one.id === id);
  const ids = domains.map((one) => one.id).join(", ");
  if (!domain) throw fieldInvalid(`splits[${index}].domain_id`, id, `one of ${ids}`);
  const most = domain.clusters.length;
  if (into > most) throw fieldInvalid(`splits[${index}].into`, into, `at most ${most}, the clusters of ${id}`);
}

/** The call that merges the clusters of a set into another number of domains, or splits some of them. */
export function cutCall({ platform }: ClusteringContext, stores: ClusteringStores, begin: ReturnType<typeof beginner>) {
  return {
    async cutDomainSet({ id, domains, splits, requestId }) {
      const set = await finishedSet(stores, id);
      if (set.spec?.tiers) {
        const message = `domain set ${id} has tiers of quality; cut the set that it was made of, ${set.spec.tiers.domainSetId}`;
        throw new ServiceError("wrongState", "STATE_FORBIDS", message, { kind: "domain-set", id, state: "SUCCEEDED" });
      }
      if (set.spec?.duplicates) {
        const message = `domain set ${id} has left out near-duplicates; cut the set that it was made of, and look for them again`;
        throw new ServiceError("wrongState", "STATE_FORBIDS", message, { kind: "domain-set", id, state: "SUCCEEDED" });
      }
      if (domains > 0 === splits.length > 0) {
        const found = domains > 0 ? "domains and splits" : "neither domains nor splits";
        throw fieldInvalid("domains", found, "a number of domains, or domains to split");
      }
      const { clusterDomains, domains: found } = await manifestOf(platform.artifacts, set);
      if (splits.length > 0) {
        const { previousDomainSetId: continued } = set.spec ?? {};
        if (continued) throw fieldInvalid("splits", `a set with the ids of ${continued}`, "a set with ids of its own");
        for (const [i, { domainId, into }] of splits.entries())
          checkSplit(found, splits.slice(0, i), domainId, into, i);
        const before = set.spec?.splits ?? [];
        return begin(DomainSpec.create({ ...set.spec, splits: [...before, ...splits] }), requestId);
      }
      const survivors = clusterDomains.filter((domain) => domain >= 0).length;
      if (domains > survivors) {
        throw fieldInvalid("domains", domains, `1 to ${survivors}, the surviving clusters of ${id}`);
      }
      return begin(DomainSpec.create({ ...set.spec, domains, mergeDistance: undefined, splits: [] }), requestId);
    },
  } satisfies Handlers<typeof ClusteringServiceDefinition>;
}
