import type { ArtifactStore } from "@climb/ports";
import type { Target } from "@climb/proto/training/v1/target";
import type { Run, RunSpec, TargetAlignment, TokenManifest, TokenSet } from "@climb/proto/training/v1/training_service";
import { type MakeContext, toArtifact } from "@climb/resources";
import { count, recordSeconds, type Span, withLongSpan } from "@climb/runtime";
import { parameterCount } from "../core/model/shape.js";
import { describeBase } from "../core/training/base.js";
import { proxyFromProto, shapeFromProto } from "../rpc/convert.js";
import type { LocalAlignment } from "../tasks/group-signals.js";
import type { CheckpointFile, KeptState, TrainingMessage } from "../tasks/train-proxy.js";
import { readCheckpointHeader } from "./checkpoint-header.js";
import { localDomains, localTargets, required, tokenizerFile, type WorkContext } from "./inputs.js";

/** How runs are trained in this process. */
export interface TrainingOptions {
  executionProviders: string[];
  stepsPerCall: number;
  checkpointMs: number;
}

/** Where a run that is stopped or killed goes on. */
export function checkpointOf(id: string): string {
  return `training/runs/${id}/checkpoint.safetensors`;
}

/** Where the weights of a run that is trained or merged are kept. */
export function weightsOf(id: string): string {
  return `training/runs/${id}/weights.safetensors`;
}

/**
 * Trains a run from its checkpoint, if it has one; stores its weights with the run, so that what follows is all that is
 * left should this process die. @throws ServiceError wrongState LOSS_DIVERGED
 */
export async function trainRun(
  { platform, pool }: WorkContext,
  options: TrainingOptions,
  { id, spec: given }: Run,
  tokenSet: TokenSet,
  manifest: TokenManifest,
  { signal, update }: MakeContext<Run>,
): Promise<Run> {
  const { artifacts, logger } = platform;
  const spec = given as RunSpec;
  const shape = shapeFromProto(spec.proxy, manifest.vocabulary);
  const checkpoint = await artifacts.keep(checkpointOf(id));
  const storeCheckpoint = async ({ file, step, seconds }: CheckpointFile, span: Span): Promise<void> => {
    const begunMs = performance.now();
    await artifacts.put(checkpointOf(id), file, { replaced: true });
    const storedSeconds = (performance.now() - begunMs) / 1000;
    recordSeconds("checkpointDuration", seconds, { "climb.checkpoint.phase": "encode" });
    recordSeconds("checkpointDuration", storedSeconds, { "climb.checkpoint.phase": "store" });
    span.addEvent("checkpoint", {
      "climb.training.step": step,
      "climb.checkpoint.bytes": file.length,
      "climb.checkpoint.seconds": seconds + storedSeconds,
    });
  };
  const store = async (message: TrainingMessage, span: Span): Promise<void> => {
    if (message.type === "checkpoint") return storeCheckpoint(message, span);
    const { step, steps, tokens, newTokens, loss, tokensPerSecond, secondsLeft } = message;
    count("trainedTokens", {}, newTokens);
    const counts = { step: BigInt(step), steps: BigInt(steps), tokens: BigInt(tokens) };
    await update((before) => ({ ...before, training: { ...counts, loss, tokensPerSecond, secondsLeft } }));
  };
  // Progress and checkpoints are stored one after another, in the order they came.
  let storing: Promise<void> = Promise.resolve();
  const telling = (span: Span) => (message: TrainingMessage) => {
    storing = storing
      .then(() => store(message, span))
      .catch((error) => logger.warn({ err: error, run: id }, "progress could not be stored"));
  };
  const task = {
    ...options,
    proxy: proxyFromProto(spec.proxy).proxy,
    shape,
    domains: await localDomains(artifacts, manifest, drawnFrom(spec)),
    mixture: spec.mixture,
    ...(spec.decayMixture && { decay: spec.decayMixture }),
    tokens: Number(spec.tokens),
    seed: spec.seed,
    matchRepetitionTokens: Number(spec.matchRepetitionTokens),
    checkpointPath: checkpoint && (await artifacts.localPath(checkpoint)),
    base: spec.base && { path: await artifacts.localPath(spec.base), freshMoments: spec.freshMoments },
    keptState: spec.keepState ? await keptState(artifacts, tokenSet, manifest, spec) : undefined,
    groupDro: spec.groupDro && {
      ...spec.groupDro,
      referencePath: await artifacts.localPath(required(spec.groupDro.reference)),
    },
    alignment: spec.targetAlignment && (await localAlignment(artifacts, manifest, spec.targetAlignment)),
  };
  const trained = await withLongSpan("train", { attributes: { "climb.run.id": id } }, async (span) => {
    const ended = await pool.run("trainProxy", task, { signal, onProgress: telling(span) }).finally(() => storing);
    if (ended.stoppedAt) await storeCheckpoint(ended.stoppedAt, span);
    return ended;
  });
  if (trained.stoppedAt) throw signal.reason;
  const weights = toArtifact(await artifacts.put(weightsOf(id), trained.weights));
  const { epochs, groupWeights, seconds } = trained;
  const parameters = BigInt(parameterCount(shape));
  const stored = await update((before) => ({
    ...before,
    weights,
    epochs,
    groupWeights,
    parameters,
    seconds: before.seconds + seconds,
  }));
  return { ...stored, weights };
}

/** The targets on this machine that count for something. */
async function localAlignment(
  artifacts: ArtifactStore,
  manifest: TokenManifest,
  { targets: given, stepSize, smoothing }: TargetAlignment,
): Promise<LocalAlignment> {
  const counted = given.filter(({ weight }) => weight > 0);
  const local = await localTargets(artifacts, counted);
  const targets = local.map((target, k) => ({ ...target, weight: (counted[k] as Target).weight }));
  return { stepSize, smoothing, tokenizer: await tokenizerFile(artifacts, manifest), targets };
}

/** What is kept with the weights, so that others can go on from them. */
async function keptState(
  artifacts: ArtifactStore,
  { spec: tokenSpec }: TokenSet,
  manifest: TokenManifest,
  { base, tokens }: RunSpec,
): Promise<KeptState> {
  const { json } = await tokenizerFile(artifacts, manifest);
  const before = base ? describeBase(await readCheckpointHeader(await artifacts.localPath(base))).tokens : 0;
  return { tokenizer: { json, endOfText: tokenSpec?.endOfText ?? "" }, tokens: before + Number(tokens) };
}

/** What each domain has of both of a run's mixtures: 0 for one that no step takes from. */
function drawnFrom({ mixture, decayMixture }: RunSpec): number[] {
  return mixture.map((weight, j) => weight + (decayMixture?.mixture[j] ?? 0));
}
