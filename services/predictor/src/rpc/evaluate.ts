import type { Artifact } from "@climb/proto/common/v1/artifact";
import {
  type MixtureWeights,
  type Predictor,
  PredictorFormat,
  type PredictorServiceDefinition,
} from "@climb/proto/predictor/v1/predictor_service";
import { fieldInvalid, type Handlers } from "@climb/runtime";
import { mixtureFault } from "../core/rows.js";
import { toMixturePredictions } from "./convert.js";
import { modelInput, type PredictorCalls, requireFitted } from "./fitted.js";

/** So many mixtures are predicted in one thread, more in several. */
const PART_ROWS = 4096;
const MAX_PIECE_BYTES = 2 ** 20;

/** What a fitted predictor says: of mixtures, of itself, and its file. */
export function evaluateCalls({ platform, predictors, pool }: PredictorCalls) {
  return {
    async predict({ predictorId: id, mixtures }, { signal }) {
      const predictor = await requireFitted(predictors, id);
      const rows = mixtures.map((mixture, i) => checkedMixture(mixture, predictor, `mixtures[${i}]`));
      const model = await modelInput(platform, predictor);
      const parts = await Promise.all(
        slices(rows, PART_ROWS).map((part) => pool.run("predict", { model, mixtures: part }, { signal })),
      );
      return { predictions: parts.flatMap(toMixturePredictions) };
    },

    async *downloadPredictor({ id, format }) {
      const { model, onnx } = await requireFitted(predictors, id);
      const file = format === PredictorFormat.PREDICTOR_FORMAT_ONNX ? onnx : model;
      for await (const chunk of platform.artifacts.get(file as Artifact)) {
        for (let from = 0; from < chunk.length; from += MAX_PIECE_BYTES) {
          yield { data: Buffer.from(chunk.subarray(from, from + MAX_PIECE_BYTES)) };
        }
      }
    },

    async explain({ predictorId: id, mixture }, { signal }) {
      const predictor = await requireFitted(predictors, id);
      const input = {
        model: await modelInput(platform, predictor),
        mixture: checkedMixture(mixture as MixtureWeights, predictor, "mixture"),
      };
      const { effects, interactions } = await pool.run("explainAt", input, { signal });
      return {
        effects: effects.map(({ domain, objective, targets }) => ({ domainId: domain, objective, tasks: targets })),
        fits: predictor.fits,
        interactions: interactions.map(({ domains: [firstDomainId, secondDomainId], objective }) => ({
          firstDomainId,
          secondDomainId,
          objective,
        })),
      };
    },
  } satisfies Handlers<typeof PredictorServiceDefinition>;
}

/** A mixture whose weights sum to one. @throws ServiceError invalid FIELD_INVALID */
export function checkedMixture({ weights }: MixtureWeights, predictor: Predictor, field: string): number[] {
  const fault = mixtureFault(weights, predictor.spec?.domains.length ?? 0);
  if (fault) throw fieldInvalid(`${field}.weights`, fault.found, fault.expected);
  const sum = weights.reduce((a, b) => a + b);
  return weights.map((weight) => weight / sum);
}

/** Rows in parts of `length`, at least one; the last one may be shorter. */
function slices<T>(rows: readonly T[], length: number): T[][] {
  const count = Math.max(1, Math.ceil(rows.length / length));
  return Array.from({ length: count }, (_, i) => rows.slice(i * length, (i + 1) * length));
}
