import { Acquisition, type ProposeRequest, type ProposeResponse } from "@climb/proto/predictor/v1/predictor_service";
import { CURVES, isTiered, type SearchDomain, sharedAmongCurves, tierGroups } from "../core/index.js";
import type { StepContext } from "./context.js";
import { obeyed, propose } from "./propose.js";

/** Curves that a first round tries evenly: the last is far out, and tried once something speaks for it. */
const FIRST_CURVES = 3;

type Asked = Partial<ProposeRequest> & { count: number; seed: number };

/**
 * As {@link propose}; where domains are cut into tiers, every mixture keeps their ratios by one curve. A first round spreads
 * over the curves; later ones go where the predictor's optimum lies and beside it; an optimum is the best over all curves.
 */
export async function proposeByTier(context: StepContext, request: Asked): Promise<ProposeResponse> {
  const { domains } = context.state;
  if (!isTiered(domains as SearchDomain[])) return propose(context, request);
  if (isOptimum(request)) return bestOverCurves(context, request);
  const counts = request.predictorId
    ? sharedAmongCurves(request.count, await bestCurve(context, request))
    : CURVES.map((_, k) => Math.max(0, Math.ceil((request.count - k) / FIRST_CURVES)) * Number(k < FIRST_CURVES));
  const proposals: ProposeResponse["proposals"] = [];
  let expectedImprovement: number | undefined;
  const known = request.known ?? context.state.runs.map(({ mixture }) => ({ weights: mixture }));
  for (const [k, count] of counts.entries()) {
    if (count === 0) continue;
    const before = [...known, ...proposals.map(({ mixture }) => ({ weights: mixture }))];
    const found = await alongCurve(context, k, { ...request, count, known: before });
    proposals.push(...found.proposals);
    if (found.expectedImprovement !== undefined)
      expectedImprovement = Math.max(expectedImprovement ?? 0, found.expectedImprovement);
  }
  return { proposals, expectedImprovement };
}

function isOptimum({ acquisition, known }: Asked): boolean {
  if (acquisition === Acquisition.ACQUISITION_BEST || acquisition === Acquisition.ACQUISITION_ZERO_RUN) return true;
  // What the confirmation asks by the worst target may be known already; what a round asks may not.
  return acquisition === Acquisition.ACQUISITION_WORST_CASE && known?.length === 0;
}

async function bestOverCurves(context: StepContext, request: Asked): Promise<ProposeResponse> {
  const found: ProposeResponse["proposals"] = [];
  for (const k of CURVES.keys()) found.push(...(await alongCurve(context, k, request)).proposals);
  const value = ({ prediction }: (typeof found)[number]) => prediction?.objective?.value ?? Number.POSITIVE_INFINITY;
  return {
    proposals: found.sort((a, b) => value(a) - value(b)).slice(0, request.count),
    expectedImprovement: undefined,
  };
}

async function bestCurve(context: StepContext, { predictorId, seed }: Asked): Promise<number> {
  const asked = { acquisition: Acquisition.ACQUISITION_BEST, predictorId, seed, count: 1, known: [] };
  let best = { curve: 0, value: Number.POSITIVE_INFINITY };
  for (const curve of CURVES.keys()) {
    const [found] = (await alongCurve(context, curve, asked)).proposals;
    const value = found?.prediction?.objective?.value ?? Number.POSITIVE_INFINITY;
    if (value < best.value) best = { curve, value };
  }
  return best.curve;
}

async function alongCurve(context: StepContext, k: number, request: Asked): Promise<ProposeResponse> {
  const { domains, minimumDomainTokens } = context.state;
  const curve = CURVES[k] as number;
  const { constraints } = await obeyed(context);
  const groups = tierGroups(domains as SearchDomain[], minimumDomainTokens, curve);
  const fixedGroups = [...(constraints?.fixedGroups ?? []), ...groups];
  const answer = await propose(context, { ...request, constraints: constraints && { ...constraints, fixedGroups } });
  const told = (origin: string) => (curve === 1 ? origin : `${origin}, best tier × ${curve}`);
  return { ...answer, proposals: answer.proposals.map((one) => ({ ...one, origin: told(one.origin) })) };
}
