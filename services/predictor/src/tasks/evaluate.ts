import { fromRows } from "@climb/numeric";
import { predictBatch } from "../core/ensemble.js";
import { type DomainEffect, explain, type Interaction, interactions } from "../core/explain.js";
import type { ModelInput, Predicted } from "./messages.js";
import { featuresOf, loadModel } from "./models.js";

/** Predicts the objective and every target of mixtures, each of them weights that sum to one. */
export function predict({ model, mixtures }: { model: ModelInput; mixtures: number[][] }): Predicted {
  const { objective, targets } = predictBatch(...partsOf(model), fromRows(mixtures));
  return { objective, targets };
}

/** How the prediction changes with each domain, and with pairs of them, at a mixture. */
export function explainAt({ model, mixture }: { model: ModelInput; mixture: number[] }): {
  effects: DomainEffect[];
  interactions: Interaction[];
} {
  const given = [...partsOf(model), Float64Array.from(mixture)] as const;
  return { effects: explain(...given), interactions: interactions(...given) };
}

function partsOf({ modelPath, targets, counted, proxyTokens }: ModelInput) {
  return [loadModel(modelPath), featuresOf(targets, counted, proxyTokens)] as const;
}
