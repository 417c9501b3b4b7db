import type { PredictorServiceDefinition, ProposeRequest } from "@climb/proto/predictor/v1/predictor_service";
import type { Handlers } from "@climb/runtime";
import { mixtureFault } from "../core/rows.js";
import type { ProposeInput } from "../tasks/messages.js";
import { acquisitionOf, constraintInput, guardInputs, invalid, toProposal } from "./convert.js";
import { type PredictorCalls, requireFitted, targetsOf } from "./fitted.js";

const MAX_PROPOSALS = 1000;

/** What to train next. */
export function proposeCalls(context: PredictorCalls) {
  return {
    async propose(request, { signal }) {
      const input = await proposeInput(context, request);
      const { proposals, expectedImprovement } = await context.pool.run("proposeMixtures", input, { signal });
      return { proposals: proposals.map(toProposal), expectedImprovement };
    },
  } satisfies Handlers<typeof PredictorServiceDefinition>;
}

/** A checked request as the threads need it. @throws ServiceError invalid FIELD_INVALID, and as requireFitted */
async function proposeInput({ platform, predictors }: PredictorCalls, request: ProposeRequest): Promise<ProposeInput> {
  if (request.count < 1 || request.count > MAX_PROPOSALS) {
    throw invalid("count", `it is ${request.count}, expected 1 to ${MAX_PROPOSALS}`);
  }
  const acquisition = acquisitionOf(request.acquisition);
  const predictor = request.predictorId ? await requireFitted(predictors, request.predictorId) : undefined;
  if (!predictor && !["explore", "zero-run", "paper-explore"].includes(acquisition)) {
    throw invalid("predictor_id", `it is empty; acquisition "${acquisition}" needs a fitted predictor`);
  }
  const spec = predictor?.spec;
  const domains = spec?.domains ?? request.domains;
  const tasks = spec?.tasks ?? request.tasks;
  const proxyTokens = spec?.proxyTokens ?? request.proxyTokens;
  if (domains.length === 0) throw invalid("domains", "there are none; they are needed without a predictor");
  if (!predictor && tasks.some((task) => !(task.weight >= 0))) throw invalid("tasks", "a task has a negative weight");
  if (!predictor && tasks.length > 0 && !tasks.some((task) => task.weight > 0))
    throw invalid("tasks", "none has a positive weight");
  if (tasks.some((task) => task.statistics) && proxyTokens === 0n) {
    throw invalid("proxy_tokens", "it is 0; the statistics need it");
  }
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
  return {
    domains: domains.map(({ id }) => id),
    targets: await targetsOf(platform, { tasks, models: spec?.models ?? [] }),
    proxyTokens: Number(proxyTokens),
    ...(predictor?.model ? { modelPath: await platform.artifacts.localPath(predictor.model) } : {}),
    acquisition,
    count: request.count,
    constraints: constraintInput(domains, request.constraints, request.prior),
    guards: guardInputs(request, domains.length, tasks),
    known: [...known, ...(spec?.rows.map(({ mixture }) => mixture) ?? [])],
    seed: request.seed,
  };
}
