import {
  divideFirstRound,
  divideLaterRound,
  exploreSeed,
  measuredNoise,
  type PlannedRun,
  type RoundDivision,
  type SizeTransfer,
  scoredRuns,
  sizeKnowledge,
  sizeTransfers,
} from "../core/index.js";
import type { StepContext } from "./context.js";

type State = StepContext["state"];
type Wanted = Omit<PlannedRun, "runId">;

/** How each smaller proxy of a search orders mixtures so far. */
export function transfersOf(state: State): SizeTransfer[] {
  const { smallerCosts } = state.plan;
  return smallerCosts ? sizeTransfers(comparable(state), smallerCosts.length) : [];
}

/** How many mixtures of a round each size trains. @param baselines how many, of the first round */
export function divisionOf(state: State, round: number, count: number, baselines: number): RoundDivision {
  const { smallerCosts = [] } = state.plan;
  if (round === 1) return divideFirstRound(count, smallerCosts, baselines);
  const known = sizeKnowledge(comparable(state), transfersOf(state), measuredNoise(state.targets, state.runs));
  return divideLaterRound(count, smallerCosts, known);
}

/** Mixtures that must be proposed for a division. */
export function mixturesOf({ own, smaller }: RoundDivision): number {
  return smaller.reduce((sum, { further }) => sum + further, own);
}

/**
 * Which of a round's mixtures the proxy itself trains, and the runs of the smaller ones: those mixtures, others, and with
 * them the baselines. In the first round its mixtures are taken from all over the proposals, in later ones from their
 * beginning, where those are that promise most.
 */
export function dividedRuns(
  { plan }: State,
  round: number,
  { own, smaller }: RoundDivision,
  proposals: readonly Wanted[],
  baselines: readonly Wanted[],
): { own: Wanted[]; smaller: Wanted[] } {
  const step = round === 1 ? proposals.length / Math.max(1, own) : 1;
  const chosen = new Set(Array.from({ length: own }, (_, i) => Math.floor(i * step)));
  const mine = proposals.filter((_, i) => chosen.has(i));
  const others = proposals.filter((_, i) => !chosen.has(i));
  const seed = exploreSeed(plan);
  let taken = 0;
  return {
    own: mine,
    smaller: smaller.flatMap(({ proxy, further }) => {
      const wanted = [...baselines, ...mine, ...others.slice(taken, taken + further)];
      taken += further;
      // What the predictor said is of the answer's size.
      return wanted.map(
        ({ origin, mixture }) => ({ role: "smaller", origin, mixture, seed, smallerProxy: proxy }) as const,
      );
    }),
  };
}

/** Runs that share the exploring seed, of all sizes. */
function comparable({ plan, targets, runs }: State) {
  const seed = exploreSeed(plan);
  return scoredRuns(
    targets,
    runs.filter((run) => run.seed === seed && run.role !== "confirm"),
  );
}
