import type { Artifact } from "@climb/proto/common/v1/artifact";
import { JobState } from "@climb/proto/common/v1/job";
import {
  type MixtureWeights,
  type Predictor,
  PredictorFormat,
  PredictorServiceDefinition,
  type PredictorSpec,
  type ProposeRequest,
} from "@climb/proto/predictor/v1/predictor_service";
import {
  beginResource,
  cancelResource,
  implement,
  type Platform,
  pending,
  type RpcService,
  ServiceError,
  watchResource,
} from "@climb/runtime";
import {
  acquisitionOf,
  constraintInput,
  predictorId,
  targetInputs,
  toMixturePredictions,
  toProposal,
} from "./convert.js";
import { mixtureFault } from "./core/rows.js";
import { statisticsPaths } from "./jobs.js";
import type { PredictorPool } from "./pool.js";
import type { PredictorStore } from "./store.js";
import type { ModelInput } from "./tasks.js";
import { refuse, specFaults } from "./validate.js";

const maxMixtures = 100_000;
const maxProposals = 1000;
const maxPieceBytes = 2 ** 20;

export function createPredictorRpc(
  platform: Platform,
  predictors: PredictorStore,
  pool: PredictorPool,
  now: () => Date,
): RpcService {
  return implement(PredictorServiceDefinition, {
    validatePredictor: async ({ spec }) => ({ faults: specFaults(spec) }),

    createPredictor: async ({ requestId, spec }) => {
      refuse(specFaults(spec));
      const wanted = spec as PredictorSpec;
      const id = predictorId(wanted);
      await platform.claimRequest("predictor", requestId, id);
      const initial = newPredictor(id, wanted, now());
      return { predictor: await beginResource({ platform, queue: "predictor", resources: predictors }, initial) };
    },

    getPredictor: async ({ id }) => ({ predictor: await predictors.require(id) }),

    listPredictors: async (page) => {
      const { items, nextPageToken } = await predictors.list(page);
      return { predictors: items, nextPageToken };
    },

    watchPredictor: async function* (request, { signal }) {
      for await (const { sequence, resource } of watchResource(predictors, request, signal)) {
        yield { sequence, predictor: resource };
      }
    },

    cancelPredictor: async ({ id }) => ({ predictor: await cancelResource(predictors, id, now()) }),

    predict: async ({ predictorId: id, mixtures }, { signal }) => {
      const predictor = await requireFitted(id);
      if (mixtures.length === 0 || mixtures.length > maxMixtures) {
        throw invalid("mixtures", `there are ${mixtures.length}, expected 1 to ${maxMixtures}`);
      }
      const rows = mixtures.map((mixture, i) => checkedMixture(mixture, predictor, `mixtures[${i}]`));
      const predicted = await pool.run(
        { kind: "predict", input: await modelInput(predictor), mixtures: rows },
        { signal },
      );
      return { predictions: toMixturePredictions(predicted) };
    },

    downloadPredictor: async function* ({ id, format }) {
      const { model, onnx } = await requireFitted(id);
      const file = format === PredictorFormat.PREDICTOR_FORMAT_ONNX ? onnx : model;
      for await (const chunk of platform.artifacts.get((file as Artifact).uri)) {
        for (let from = 0; from < chunk.length; from += maxPieceBytes) {
          yield { data: Buffer.from(chunk.subarray(from, from + maxPieceBytes)) };
        }
      }
    },

    explain: async ({ predictorId: id, mixture }, { signal }) => {
      const predictor = await requireFitted(id);
      if (!mixture) throw invalid("mixture", "there is none");
      const weights = checkedMixture(mixture, predictor, "mixture");
      const { effects, interactions } = await pool.run(
        { kind: "explain", input: await modelInput(predictor), mixture: weights },
        { signal },
      );
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

    propose: async (request, { signal }) => {
      const found = await pool.run({ kind: "propose", input: await proposeInput(request) }, { signal });
      return { proposals: found.map(toProposal) };
    },
  });

  async function proposeInput(request: ProposeRequest) {
    if (request.count < 1 || request.count > maxProposals) {
      throw invalid("count", `it is ${request.count}, expected 1 to ${maxProposals}`);
    }
    const acquisition = acquisitionOf(request.acquisition);
    const predictor = request.predictorId ? await requireFitted(request.predictorId) : undefined;
    if (!predictor && !["explore", "zero-run", "paper-explore"].includes(acquisition)) {
      throw invalid("predictor_id", `it is empty; acquisition "${acquisition}" needs a fitted predictor`);
    }
    const spec = predictor?.spec;
    const domains = spec?.domains ?? request.domains;
    const tasks = spec?.tasks ?? request.tasks;
    const proxyTokens = spec?.proxyTokens ?? request.proxyTokens;
    if (domains.length === 0) throw invalid("domains", "there are none; they are needed without a predictor");
    if (!predictor && tasks.some((task) => !(task.weight > 0))) throw invalid("tasks", "a task has no positive weight");
    if (tasks.some((task) => task.statistics) && proxyTokens === 0n)
      throw invalid("proxy_tokens", "it is 0; the statistics need it");
    if (acquisition === "zero-run" && !tasks.some((task) => task.statistics)) {
      throw invalid("tasks", "none has statistics; a zero-run proposal is made of them");
    }
    if (request.prior.length > 0) {
      const fault = mixtureFault(request.prior, domains.length);
      if (fault) throw invalid("prior", fault);
    }
    const known = request.known.map(({ weights }, i) => {
      const fault = mixtureFault(weights, domains.length);
      if (fault) throw invalid(`known[${i}]`, fault);
      return weights;
    });
    const paths = spec?.models.includes("paper") ? [] : await statisticsPaths(platform, tasks);
    return {
      domains: domains.map(({ id }) => id),
      targets: targetInputs(tasks, paths),
      proxyTokens: Number(proxyTokens),
      ...(predictor?.model ? { modelPath: await platform.artifacts.localPath(predictor.model) } : {}),
      acquisition,
      count: request.count,
      constraints: constraintInput(domains, request.constraints, request.prior),
      known: [...known, ...(spec?.rows.map(({ mixture }) => mixture) ?? [])],
      seed: request.seed,
    };
  }

  async function modelInput(predictor: Predictor): Promise<ModelInput> {
    const spec = predictor.spec as PredictorSpec;
    const paths = spec.models.includes("paper") ? [] : await statisticsPaths(platform, spec.tasks);
    return {
      modelPath: await platform.artifacts.localPath(predictor.model as NonNullable<Predictor["model"]>),
      domains: spec.domains.map(({ id }) => id),
      targets: targetInputs(spec.tasks, paths),
      proxyTokens: Number(spec.proxyTokens),
    };
  }

  async function requireFitted(id: string): Promise<Predictor> {
    const predictor = await predictors.require(id);
    const state = predictor.status?.state ?? JobState.JOB_STATE_UNSPECIFIED;
    if (state === JobState.JOB_STATE_SUCCEEDED) return predictor;
    const name = JobState[state].replace("JOB_STATE_", "");
    throw new ServiceError("wrongState", "STATE_FORBIDS", `predictor ${id} is ${name}, expected SUCCEEDED`, {
      kind: "predictors",
      id,
      state: name,
    });
  }
}

function checkedMixture({ weights }: MixtureWeights, predictor: Predictor, field: string): number[] {
  const fault = mixtureFault(weights, predictor.spec?.domains.length ?? 0);
  if (fault) throw invalid(field, fault);
  const sum = weights.reduce((a, b) => a + b);
  return weights.map((weight) => weight / sum);
}

function invalid(field: string, problem: string): ServiceError {
  return new ServiceError("invalid", "FIELD_INVALID", `${field}: ${problem}`, { field });
}

function newPredictor(id: string, spec: PredictorSpec, now: Date): Predictor {
  return { id, spec, status: pending(now), model: undefined, onnx: undefined, fits: [], warnings: [] };
}
