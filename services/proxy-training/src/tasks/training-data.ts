import type { SessionOptions } from "@climb/onnx";
import { fillBatch, fillWindows, type ReadTokens } from "../core/data/batch.js";
import { createMixtureSampler } from "../core/data/mixture-sampler.js";
import { createGroupSampler } from "../core/groups/group-sampler.js";
import { type GroupFollowing, initialGroups, meanWeights, updateGroups } from "../core/groups/group-weights.js";
import { bytesPerToken } from "../core/tokens.js";
import type { TrainingState } from "../core/training/state.js";
import { type GroupSignal, openAlignment, openExcess } from "./group-signals.js";
import { openTokenFile, type TokenFile } from "./token-file.js";
import type { TrainProxyTask } from "./train-proxy.js";

/** What a training takes its batches from. */
export interface TrainingData {
  readonly steps: number;
  readonly batch: number;
  readonly context: number;
  /** What must be known before the batch of a step can be drawn. Steps are asked for in order. */
  prepare(step: number): Promise<void>;
  /** Writes inputs and targets of a step, see fillBatch. */
  fill(step: number, inputs: Int32Array, targets: Int32Array): void;
  /** How often each domain was gone through. */
  epochs(): number[];
  /** Mean weights over the run, where they follow something. */
  groupWeights(): number[] | undefined;
  close(): Promise<void>;
}

/** Opens the data of a run. @param state of the training; weights that follow something are kept in it */
export function openTrainingData(
  task: TrainProxyTask,
  state: TrainingState,
  session: SessionOptions,
): Promise<TrainingData> {
  return task.groupDro || task.alignment ? openGroupData(task, state, session) : openMixtureData(task);
}

async function openMixtureData(task: TrainProxyTask): Promise<TrainingData> {
  const { proxy, domains } = task;
  const { batch, context } = proxy;
  const { mixture, decay, tokens, seed, matchRepetitionTokens: targetTokens } = task;
  const sampler = createMixtureSampler({ domains, mixture, decay, tokens, batch, context, seed, targetTokens });
  const files = openFiles(task, (j) => (sampler.windowCounts[j] ?? 0) > 0);
  return {
    steps: sampler.steps,
    batch,
    context,
    prepare: async () => {},
    fill: (step, inputs, targets) => fillBatch(sampler, step, files.read, inputs, targets),
    epochs: () => [...sampler.epochs],
    groupWeights: () => undefined,
    close: async () => files.close(),
  };
}

async function openGroupData(
  task: TrainProxyTask,
  state: TrainingState,
  session: SessionOptions,
): Promise<TrainingData> {
  const { proxy, domains, mixture, tokens, seed, matchRepetitionTokens } = task;
  const { batch, context } = proxy;
  const share = matchRepetitionTokens > tokens ? tokens / matchRepetitionTokens : 1;
  const sampler = createGroupSampler({ domains, mixture, tokens, batch, context, seed, share });
  state.groups ??= initialGroups(mixture);
  const groups = state.groups;
  const files = openFiles(task, (j) => sampler.used.includes(j));
  const updates = Math.ceil(sampler.steps / sampler.probeEvery);
  const { signal, following } = await openSignal({ task, state, windows: sampler.used.length, session }, updates).catch(
    (error: unknown) => {
      files.close();
      throw error;
    },
  );
  return {
    steps: sampler.steps,
    batch,
    context,
    async prepare(step) {
      if (step % sampler.probeEvery !== 0) return;
      const windows = sampler.probe(groups.updates);
      const found = await signal.measure(windows, files.read, groups.updates);
      const byDomain = mixture.map(() => 0);
      for (const [i, { domain }] of windows.entries()) byDomain[domain] = found[i] as number;
      updateGroups(groups, byDomain, following);
    },
    fill: (step, inputs, targets) => fillWindows(sampler.draw(step, groups), context, files.read, inputs, targets),
    epochs: () => sampler.epochs(groups),
    groupWeights: () => meanWeights(groups),
    async close() {
      files.close();
      await signal.close();
    },
  };
}

/** What the weights follow, and how, in so many updates. */
async function openSignal(
  opening: Parameters<typeof openExcess>[1] & { task: TrainProxyTask },
  updates: number,
): Promise<{ signal: GroupSignal; following: GroupFollowing }> {
  const { groupDro, alignment } = opening.task;
  if (groupDro) return { signal: await openExcess(groupDro, opening), following: groupDro };
  if (!alignment) throw new Error("the mixture follows nothing");
  const { stepSize, smoothing } = alignment;
  return { signal: await openAlignment(alignment, opening), following: { stepSize: stepSize / updates, smoothing } };
}

/** The token files of the domains that are read. @throws RangeError for a file that does not fit; none stays open then */
function openFiles({ domains, shape }: TrainProxyTask, isRead: (domain: number) => boolean) {
  const bytes = bytesPerToken(shape.vocabulary);
  const files: (TokenFile | undefined)[] = [];
  const close = () => {
    for (const file of files) file?.close();
  };
  try {
    domains.forEach((domain, j) => {
      if (isRead(j)) files[j] = openTokenFile(domain.path, domain.tokens, bytes);
    });
  } catch (error) {
    close();
    throw error;
  }
  const read: ReadTokens = (domain, start, length) => (files[domain] as TokenFile).read(start, length);
  return { read, close };
}
