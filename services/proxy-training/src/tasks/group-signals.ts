import { readFileSync } from "node:fs";
import type { SessionOptions } from "@climb/onnx";
import { fillWindows, type ReadTokens } from "../core/data/batch.js";
import type { Window } from "../core/data/mixture-sampler.js";
import { createExcessLoss } from "../core/groups/excess-loss.js";
import type { GroupFollowing } from "../core/groups/group-weights.js";
import { createTargetAlignment } from "../core/groups/target-alignment.js";
import { createTargetWindows } from "../core/groups/target-windows.js";
import { decodeWeights } from "../core/training/checkpoint.js";
import type { TrainingState } from "../core/training/state.js";
import { encodeLocal, type LocalTarget } from "./local-target.js";
import { openTokenizer, type TokenizerFile } from "./tokenizers.js";
import type { TrainProxyTask } from "./train-proxy.js";

/** Group DRO against a reference on this machine. */
export interface LocalGroupDro extends GroupFollowing {
  /** Weights as safetensors. */
  referencePath: string;
}

/** Targets on this machine whose gradient the mixture follows. */
export interface LocalAlignment extends GroupFollowing {
  /** Of all updates of the run together. */
  stepSize: number;
  tokenizer: TokenizerFile;
  targets: (LocalTarget & { weight: number })[];
}

/** What the weights follow: domains with more of it get more. */
export interface GroupSignal {
  /** Of the domain of each window. @param update how many there were before */
  measure(windows: readonly Window[], read: ReadTokens, update: number): Promise<number[]>;
  close(): Promise<void>;
}

type Opening = {
  task: Pick<TrainProxyTask, "shape" | "seed">;
  state: TrainingState;
  /** Windows of one measurement. */
  windows: number;
  session: SessionOptions;
};

/** The excess loss over a reference, as DoReMi has it. */
export async function openExcess(
  { referencePath }: LocalGroupDro,
  { task: { shape }, state: { parameters }, windows, session }: Opening,
): Promise<GroupSignal> {
  const reference = decodeWeights(shape, new Uint8Array(readFileSync(referencePath)));
  const excess = await createExcessLoss({ shape, windows, parameters, reference, session });
  return {
    async measure(drawn, read) {
      fillWindows(drawn, shape.context, read, excess.batch.tokens, excess.batch.targets);
      return excess.measure();
    },
    close: excess.close,
  };
}

/** How far a step on each domain takes the targets; measured on as many windows of targets as of domains. */
export async function openAlignment(
  { tokenizer: file, targets }: LocalAlignment,
  { task: { shape, seed }, state: { parameters }, windows, session }: Opening,
): Promise<GroupSignal> {
  const { context } = shape;
  const tokenizer = openTokenizer(file);
  const weighted = targets.map((target) => ({ target: encodeLocal(target, tokenizer), weight: target.weight }));
  const ofTargets = createTargetWindows(weighted, { windows, context, seed });
  const alignment = await createTargetAlignment({ shape, windows, targetWindows: windows, parameters, session });
  const { batch, target } = alignment;
  return {
    async measure(drawn, read, update) {
      fillWindows(ofTargets.draw(update), context, ofTargets.read, target.tokens, target.targets);
      fillWindows(drawn, context, read, batch.tokens, batch.targets);
      return alignment.measure();
    },
    close: alignment.close,
  };
}
