import type { Platform } from "@climb/ports";
import { RunFinished } from "@climb/proto/training/v1/training_events";
import {
  type CreateRunRequest,
  type GroupDro,
  ProxySpec,
  Run,
  RunSpec,
  type TargetAlignment,
  type TokenManifest,
  type TokenSet,
  type ValidateRunRequest,
  type ValidateRunResponse,
} from "@climb/proto/training/v1/training_service";
import {
  type Checked,
  defineResource,
  fieldFault,
  isFinal,
  isRestartable,
  pending,
  type ResourceKind,
  type ResourceStore,
} from "@climb/resources";
import { contentId } from "@climb/runtime";
import { parameterCount, trainingFlopsPerToken } from "../core/model/shape.js";
import { evaluateRun, missingTargets } from "../steps/evaluate.js";
import { readManifest, type WorkContext } from "../steps/inputs.js";
import { mergeRun } from "../steps/merge.js";
import { checkpointOf, type TrainingOptions, trainRun } from "../steps/train.js";
import { weightFaults } from "./checkpoints.js";
import { targetDigest } from "./convert.js";
import { resolveRun } from "./run-spec.js";
import { finishedTokenSet } from "./token-sets.js";

export type Runs = ResourceKind<Run, CreateRunRequest, "Run", "Runs">;

/** Proxy runs: models trained on a mixture and evaluated on targets, here or by a trainer outside Climb. */
export function defineRuns(work: WorkContext, options: TrainingOptions, tokenSets: ResourceStore<TokenSet>): Runs {
  const { platform, workers } = work;
  const { artifacts } = platform;
  return defineResource(platform, {
    kind: "run",
    names: { one: "Run", many: "Runs" },
    message: Run,
    // What a trainer outside Climb finds its runs by.
    labels: ({ spec }): Record<string, string> => (spec?.trainer ? { trainer: spec.trainer } : {}),
    quota: { countedAs: "runs", tokens: ({ spec }) => Number(spec?.tokens ?? 0n) },
    cost: ({ seconds, training }) => ({ seconds, tokens: Number(training?.tokens ?? 0n) }),
    concurrency: workers,
    check: (request: CreateRunRequest) => checkRun(platform, tokenSets, request),
    async make({ spec }, making) {
      const tokenSet = await tokenSets.require(spec?.tokenSetId ?? "");
      const manifest = await readManifest(artifacts, tokenSet);
      const run = await making.update((before) => ({ ...before, attempts: before.attempts + 1 }));
      const make = () =>
        spec?.merge ? mergeRun(work, run, manifest, making) : trainRun(work, options, run, tokenSet, manifest, making);
      const trained = run.weights ? run : await make();
      return evaluateRun(work, options, trained, manifest, making);
    },
    merge: withTargets,
    // Further targets may have been asked for meanwhile.
    isComplete: (run) => missingTargets(run).length === 0,
    handOut: async ({ spec }) => Boolean(spec?.trainer),
    tidy: ({ id }) => artifacts.remove(checkpointOf(id)),
    event: (runId, state) => ({
      subject: "training.run_finished",
      payload: RunFinished.encode({ runId, state }).finish(),
    }),
  });
}

/** Every fault of a specification that may still lack its tokens, and the specification with its defaults. */
export async function validateRun(
  { artifacts }: Pick<Platform, "artifacts">,
  tokenSets: ResourceStore<TokenSet>,
  { spec: given, vocabulary }: ValidateRunRequest,
): Promise<ValidateRunResponse> {
  const { spec, proxy, faults, minimumDomainTokens } = resolveRun(RunSpec.fromPartial(given ?? {}));
  const isModel = !faults.some(({ field }) => field.startsWith("spec.proxy"));
  const shape = { ...proxy, vocabulary: vocabulary || proxy.vocabulary };
  const tokenSet = spec.tokenSetId ? await finishedTokenSet(tokenSets, spec.tokenSetId) : undefined;
  // What the weights must be of is known once the proxy is.
  if (faults.length === 0)
    faults.push(...(await weightFaults(artifacts, spec, tokenSet && (await readManifest(artifacts, tokenSet)))));
  const isWhole = tokenSet && faults.length === 0 && spec.mixture.length === tokenSet.domains.length;
  return {
    faults,
    spec: faults.length === 0 ? spec : undefined,
    vocabulary: proxy.vocabulary,
    minimumDomainTokens: BigInt(minimumDomainTokens),
    runId: isWhole ? runIdOf(await readManifest(artifacts, tokenSet), spec) : "",
    parameters: isModel ? BigInt(parameterCount(shape)) : 0n,
    flopsPerToken: isModel ? trainingFlopsPerToken(shape) : 0,
  };
}

async function checkRun(
  { artifacts }: Platform,
  tokenSets: ResourceStore<TokenSet>,
  { spec: given, targets }: CreateRunRequest,
): Promise<Checked<Run>> {
  const { spec, faults } = resolveRun(RunSpec.fromPartial(given ?? {}));
  if (faults.length > 0) return { faults };
  const tokenSet = await finishedTokenSet(tokenSets, spec.tokenSetId);
  const domains = tokenSet.domains.length;
  if (spec.mixture.length !== domains) {
    const found = `${spec.mixture.length} weights`;
    return { faults: [fieldFault("spec.mixture", found, `one for each of ${domains} domains`)] };
  }
  const manifest = await readManifest(artifacts, tokenSet);
  const unfit = await weightFaults(artifacts, spec, manifest);
  if (unfit.length > 0) return { faults: unfit };
  const id = runIdOf(manifest, spec);
  return { faults: [], wanted: Run.fromPartial({ id, spec, targets, status: pending(new Date()) }) };
}

/** A run is named by its content: tokens and tokenizer by digest, not by where they are. */
function runIdOf(manifest: TokenManifest, spec: RunSpec): string {
  return contentId(
    "run",
    manifest.tokenizer?.sha256 ?? "",
    ...manifest.domains.flatMap(({ domainId, artifact }) => [domainId, artifact?.sha256 ?? ""]),
    ...spec.mixture,
    ProxySpec.encode(spec.proxy as ProxySpec).finish(),
    Number(spec.tokens),
    spec.seed,
    Number(spec.matchRepetitionTokens),
    ...(spec.base ? ["base", spec.base.sha256, ...(spec.freshMoments ? ["fresh-moments"] : [])] : []),
    ...(spec.keepState ? ["keep-state"] : []),
    ...(spec.groupDro ? groupDroParts(spec.groupDro) : []),
    ...(spec.targetAlignment ? alignmentParts(spec.targetAlignment) : []),
    ...(spec.decayMixture ? ["decay-mixture", spec.decayMixture.share, ...spec.decayMixture.mixture] : []),
    ...(spec.merge ? ["merge", ...spec.merge.components.map(({ sha256 }) => sha256)] : []),
    ...(spec.trainer ? ["trainer", spec.trainer] : []),
  );
}

function groupDroParts({ reference, stepSize, smoothing }: GroupDro): (string | number)[] {
  return ["group-dro", reference?.sha256 ?? "", stepSize, smoothing];
}

function alignmentParts({ targets, stepSize, smoothing }: TargetAlignment): (string | number)[] {
  const parts = targets.flatMap((target) => [targetDigest(target), target.weight]);
  return ["target-alignment", stepSize, smoothing, ...parts];
}

/** A run with further targets to evaluate: a finished one is queued again for those alone, a given-up one afresh. */
function withTargets(run: Run, { targets }: Run): Run {
  const known = new Set(run.targets.map(targetDigest));
  const further = targets.filter((target) => !known.has(targetDigest(target)));
  if (further.length === 0 && !isRestartable(run.status)) return run;
  const grown = { ...run, targets: [...run.targets, ...further] };
  if (!isFinal(run.status)) return grown;
  // An attempt of its own, even within one millisecond.
  const begun = new Date(Math.max(Date.now(), (run.status?.createTime?.getTime() ?? 0) + 1));
  // The tries of a trainer outside Climb are counted afresh.
  return { ...grown, attempts: run.spec?.trainer ? 0 : run.attempts, status: pending(begun) };
}
