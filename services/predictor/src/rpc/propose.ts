import type { PredictorServiceDefinition, ProposeRequest } from "@climb/proto/predictor/v1/predictor_service";
import { fieldInvalid, type Handlers } from "@climb/runtime";
import { mixtureFault } from "../core/rows.js";
import type { ProposeInput } from "../tasks/messages.js";
import { acquisitionOf, constraintInput, countedIds, guardInputs, toProposal } from "./convert.js";
import { type PredictorCalls, requireFitted, targetsOf } from "./fitted.js";

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
  const acquisition = acquisitionOf(request.acquisition);
  const predictor = request.predictorId ? await requireFitted(predictors, request.predictorId) : undefined;
  if (!predictor && !["explore", "zero-run", "paper-explore"].includes(acquisition)) {
    throw fieldInvalid("predictor_id", "nothing", `a fitted predictor, which acquisition "${acquisition}" needs`);
  }
  const spec = predictor?.spec;
  const domains = spec?.domains ?? request.domains;
  const tasks = spec?.tasks ?? request.tasks;
  const proxyTokens = spec?.proxyTokens ?? request.proxyTokens;
  if (domains.length === 0) throw fieldInvalid("domains", "none", "domains, or a predictor");
  if (tasks.length > 0 && !tasks.some((task) => task.weight > 0)) {
    throw fieldInvalid("tasks", "no positive weight", "a task that earns something");
  }
  if (tasks.some((task) => task.statistics) && proxyTokens === 0n) {
    throw fieldInvalid("proxy_tokens", 0, "the tokens of one run, which the statistics need");
  }
  if (acquisition === "zero-run" && !tasks.some((task) => task.statistics)) {
    throw fieldInvalid("tasks", "none with statistics", "some: a zero-run proposal is made of them");
  }
  if (request.prior.length > 0) {
    const fault = mixtureFault(request.prior, domains.length);
    if (fault) throw fieldInvalid("prior", fault.found, fault.expected);
  }
  const known = request.known.map(({ weights }, i) => {
    const fault = mixtureFault(weights, domains.length);
    if (fault) throw fieldInvalid(`known[${i}].weights`, fault.found, fault.expected);
    return weights;
  });
  return {
    counted: countedIds(domains),
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
