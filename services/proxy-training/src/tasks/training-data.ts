import { readFileSync } from "node:fs";
import type { SessionOptions } from "@climb/onnx";
import { fillBatch, fillWindows, type ReadTokens } from "../core/data/batch.js";
import { createMixtureSampler } from "../core/data/mixture-sampler.js";
import { createExcessLoss } from "../core/groups/excess-loss.js";
import { createGroupSampler } from "../core/groups/group-sampler.js";
import { type GroupDroOptions, initialGroups, meanWeights, updateGroups } from "../core/groups/group-weights.js";
import { bytesPerToken } from "../core/tokens.js";
import { decodeWeights } from "../core/training/checkpoint.js";
import type { TrainingState } from "../core/training/state.js";
import { openTokenFile, type TokenFile } from "./token-file.js";
import type { TrainProxyTask } from "./train-proxy.js";

/** Group DRO against a reference on this machine. */
export interface LocalGroupDro extends GroupDroOptions {
  /** Weights as safetensors. */
  referencePath: string;
}

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
  /** Mean weights over the run, of Group DRO only. */
  groupWeights(): number[] | undefined;
  close(): Promise<void>;
}

/** Opens the data of a run. @param state of the training; Group DRO keeps its own in it */
export function openTrainingData(
  task: TrainProxyTask,
  state: TrainingState,
  session: SessionOptions,
): Promise<TrainingData> {
  const { groupDro } = task;
  return groupDro ? openGroupData(task, groupDro, state, session) : openMixtureData(task);
}

async function openMixtureData(task: TrainProxyTask): Promise<TrainingData> {
  const { proxy, domains } = task;
  const { batch, context } = proxy;
  const { mixture, tokens, seed, matchRepetitionTokens: targetTokens } = task;
  const sampler = createMixtureSampler({ domains, mixture, tokens, batch, context, seed, targetTokens });
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
  groupDro: LocalGroupDro,
  state: TrainingState,
  session: SessionOptions,
): Promise<TrainingData> {
  const { proxy, shape, domains, mixture, tokens, seed, matchRepetitionTokens } = task;
  const { batch, context } = proxy;
  const share = matchRepetitionTokens > tokens ? tokens / matchRepetitionTokens : 1;
  const sampler = createGroupSampler({ domains, mixture, tokens, batch, context, seed, share });
  state.groups ??= initialGroups(mixture);
  const groups = state.groups;
  const files = openFiles(task, (j) => sampler.used.includes(j));
  const excess = await openExcess().catch((error: unknown) => {
    files.close();
    throw error;
  });
  return {
    steps: sampler.steps,
    batch,
    context,
    async prepare(step) {
      if (step % sampler.probeEvery !== 0) return;
      const windows = sampler.probe(groups.updates);
      fillWindows(windows, context, files.read, excess.tokens, excess.targets);
      const found = await excess.measure();
      const byDomain = mixture.map(() => 0);
      for (const [i, { domain }] of windows.entries()) byDomain[domain] = found[i] as number;
      updateGroups(groups, byDomain, groupDro);
    },
    fill: (step, inputs, targets) => fillWindows(sampler.draw(step, groups), context, files.read, inputs, targets),
    epochs: () => sampler.epochs(groups),
    groupWeights: () => meanWeights(groups),
    async close() {
      files.close();
      await excess.close();
    },
  };

  async function openExcess() {
    const reference = decodeWeights(shape, new Uint8Array(readFileSync(groupDro.referencePath)));
    const { parameters } = state;
    return createExcessLoss({ shape, windows: sampler.used.length, parameters, reference, session });
  }
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
