import type { Artifact } from "@climb/proto/common/v1/artifact";
import { JobState } from "@climb/proto/common/v1/job";
import type { Target } from "@climb/proto/training/v1/target";
import {
  ProxySpec,
  Run,
  RunSpec,
  TargetStatisticsSet,
  TokenSet,
  TokenSpec,
  TrainingServiceDefinition,
} from "@climb/proto/training/v1/training_service";
import {
  announceEnd,
  beginResource,
  cancelResource,
  contentId,
  implement,
  isFinal,
  isLost,
  type Platform,
  pending,
  queueResource,
  type RpcService,
  ServiceError,
  watchResource,
} from "@climb/runtime";
import { checkBase, importCheckpoint } from "./base.js";
import type { Compute } from "./compute.js";
import { resolveRun, targetDigest } from "./convert.js";
import { VOCABULARY_LIMITS } from "./core/tokenizer/bpe-trainer.js";
import { downloadRun } from "./download.js";
import { readManifest, readText } from "./jobs/context.js";
import { runEndEvent } from "./jobs/runs.js";
import { leaseHandlers } from "./lease-rpc.js";
import { createLeases } from "./leases.js";
import type { TrainingStore } from "./store.js";
import { importTargets, targetFaults } from "./targets.js";
import { importTokenizer, readVocabulary } from "./tokenizers.js";

const DEFAULT_VOCABULARY = 2048;

/** The service's calls. */
export function trainingRoutes(deps: {
  platform: Platform;
  store: TrainingStore;
  /** For callers who wait. */
  compute: Compute;
  now: () => Date;
}): RpcService {
  const { platform, store, compute, now } = deps;
  const { artifacts } = platform;
  const leases = createLeases(deps);

  return implement(TrainingServiceDefinition, {
    validateTargets: async ({ sources }) => ({ faults: await targetFaults(sources) }),
    importTargets: async ({ sources }) => ({ targets: await importTargets(artifacts, sources) }),

    async createTokenSet({ requestId, spec: given }) {
      const spec = TokenSpec.fromPartial({ ...given, vocabulary: given?.vocabulary || DEFAULT_VOCABULARY });
      const { smallest, largest } = VOCABULARY_LIMITS;
      if (!spec.tokenizer && (spec.vocabulary < smallest || spec.vocabulary > largest)) {
        throw invalid("spec.vocabulary", `found ${spec.vocabulary}, expected ${smallest} to ${largest}`);
      }
      if (!spec.domains) throw invalid("spec.domains", "is missing, expected the manifest of a domain set");
      await artifacts.localPath(spec.domains);
      if (spec.tokenizer) {
        readVocabulary(await readText(artifacts, spec.tokenizer), spec.tokenizer.uri, spec.endOfText);
      }
      const id = tokenSetId(spec, spec.domains);
      await platform.claimRequest("training", requestId, id);
      const initial = TokenSet.fromPartial({ id, spec, status: pending(now()) });
      return { tokenSet: await beginResource({ platform, queue: "tokens", resources: store.tokenSets }, initial) };
    },
    getTokenSet: async ({ id }) => ({ tokenSet: await store.tokenSets.require(id) }),
    async listTokenSets(page) {
      const { items, nextPageToken } = await store.tokenSets.list(page);
      return { tokenSets: items, nextPageToken };
    },
    async *watchTokenSet(request, { signal }) {
      for await (const { sequence, resource } of watchResource(store.tokenSets, request, signal))
        yield { sequence, tokenSet: resource };
    },
    cancelTokenSet: async ({ id }) => ({ tokenSet: await cancelResource(store.tokenSets, id, now()) }),

    async createTargetStatistics({ requestId, tokenSetId, targets }) {
      const tokenSet = await finished(store, tokenSetId);
      if (targets.length === 0) throw invalid("targets", "is empty, expected at least one target");
      const digests = targets.map(targetDigest);
      const id = contentId("statistics", tokenSet.manifest?.sha256 ?? "", ...digests);
      await platform.claimRequest("training", requestId, id);
      const initial = TargetStatisticsSet.fromPartial({ id, tokenSetId, targets, status: pending(now()) });
      const resources = store.statistics;
      return { targetStatistics: await beginResource({ platform, queue: "statistics", resources }, initial) };
    },
    getTargetStatistics: async ({ id }) => ({ targetStatistics: await store.statistics.require(id) }),
    async listTargetStatistics(page) {
      const { items, nextPageToken } = await store.statistics.list(page);
      return { targetStatistics: items, nextPageToken };
    },
    async *watchTargetStatistics(request, { signal }) {
      for await (const { sequence, resource } of watchResource(store.statistics, request, signal)) {
        yield { sequence, targetStatistics: resource };
      }
    },
    cancelTargetStatistics: async ({ id }) => ({ targetStatistics: await cancelResource(store.statistics, id, now()) }),

    async validateRun({ spec }) {
      const resolved = resolveRun(RunSpec.fromPartial(spec ?? {}));
      const vocabulary = resolved.proxy.vocabulary;
      const minimumDomainTokens = BigInt(resolved.minimumDomainTokens);
      const faults = [...resolved.faults];
      if (spec?.tokenSetId) await finished(store, spec.tokenSetId);
      return { faults, spec: faults.length === 0 ? resolved.spec : undefined, vocabulary, minimumDomainTokens };
    },

    importTokenizer: (request, { signal }) => importTokenizer({ artifacts, compute }, request, signal),
    importCheckpoint: async ({ path }) => ({ checkpoint: await importCheckpoint(artifacts, path) }),

    async createRun({ requestId, spec: given, targets }) {
      const { spec, faults } = resolveRun(RunSpec.fromPartial(given ?? {}));
      const [first] = faults;
      if (first) throw new ServiceError("invalid", first.reason, first.message, { field: first.field });
      const tokenSet = await finished(store, spec.tokenSetId);
      if (spec.mixture.length !== tokenSet.domains.length) {
        throw invalid(
          "spec.mixture",
          `found ${spec.mixture.length} weights, expected one for each of ${tokenSet.domains.length} domains`,
        );
      }
      if (spec.base) await checkBase(artifacts, tokenSet, spec);
      const id = await runId(platform, tokenSet, spec);
      await platform.claimRequest("training", requestId, id);
      const initial = Run.fromPartial({ id, spec, targets, status: pending(now()) });
      await store.runs.create(id, initial);
      const run = await store.runs.update(id, (before) => withTargets(before, targets, now()));
      if (!spec.trainer) await queueResource(platform, "runs", run);
      else if (!isFinal(run.status)) await leases.offer(run);
      return { run };
    },
    getRun: async ({ id }) => ({ run: await store.runs.require(id) }),
    async listRuns(page) {
      const { items, nextPageToken } = await store.runs.list(page);
      return { runs: items, nextPageToken };
    },
    async *watchRun(request, { signal }) {
      for await (const { sequence, resource } of watchResource(store.runs, request, signal))
        yield { sequence, run: resource };
    },
    async cancelRun({ id }) {
      const run = await cancelResource(store.runs, id, now());
      // No worker of Climb would tell of its end.
      if (run.spec?.trainer) await announceEnd(platform, run, runEndEvent);
      return { run };
    },
    downloadRun: async function* ({ id, format }, { signal }) {
      yield* downloadRun(deps, await store.runs.require(id), format, signal);
    },
    ...leaseHandlers(deps, leases),
  });
}

/** A run with further targets to evaluate: a finished one is queued again for those alone, a given-up one afresh. */
function withTargets(run: Run, targets: Target[], now: Date): Run {
  const known = new Set(run.targets.map(targetDigest));
  const further = targets.filter((target) => !known.has(targetDigest(target)));
  if (further.length === 0 && !isLost(run.status)) return run;
  const grown = { ...run, targets: [...run.targets, ...further] };
  if (!isFinal(run.status)) return grown;
  // The tries of a trainer outside Climb are counted afresh.
  return { ...grown, attempts: run.spec?.trainer ? 0 : run.attempts, status: pending(now) };
}

/** A set is named by its domains and its tokenizer: one that is given, or how one is learnt. */
function tokenSetId({ tokenizer, endOfText, vocabulary, sampleBytes, seed }: TokenSpec, domains: Artifact): string {
  const options = tokenizer ? [tokenizer.sha256, endOfText] : ["", vocabulary, Number(sampleBytes), seed];
  return contentId("token-set", domains.sha256, ...options);
}

async function finished(store: TrainingStore, id: string): Promise<TokenSet> {
  const tokenSet = await store.tokenSets.require(id);
  if (tokenSet.status?.state !== JobState.JOB_STATE_SUCCEEDED) {
    throw new ServiceError("wrongState", "STATE_FORBIDS", `token set ${id} is not finished`, { kind: "token-set", id });
  }
  return tokenSet;
}

/** A run is named by its content: tokens and tokenizer by digest, not by where they are. */
async function runId(platform: Platform, tokenSet: TokenSet, spec: RunSpec): Promise<string> {
  const manifest = await readManifest(platform.artifacts, tokenSet);
  return contentId(
    "run",
    manifest.tokenizer?.sha256 ?? "",
    ...manifest.domains.flatMap(({ domainId, artifact }) => [domainId, artifact?.sha256 ?? ""]),
    ...spec.mixture,
    ProxySpec.encode(spec.proxy as ProxySpec).finish(),
    Number(spec.tokens),
    spec.seed,
    Number(spec.matchRepetitionTokens),
    ...(spec.base ? ["base", spec.base.sha256] : []),
    ...(spec.trainer ? ["trainer", spec.trainer] : []),
  );
}

function invalid(field: string, message: string): ServiceError {
  return new ServiceError("invalid", "FIELD_INVALID", `${field}: ${message}`, { field });
}
