import { componentRounds, explores, roundsBefore } from "./plan.js";
import type { SearchRun, SearchState } from "./state.js";

/** What a search has to do now. */
export type Step =
  | { type: "start" }
  | { type: "embed" }
  | { type: "cluster" }
  | { type: "tokenise" }
  | { type: "countEarlier" }
  | { type: "planRound"; round: number }
  | { type: "awaitRuns"; runs: SearchRun[] }
  | { type: "fit"; round: number }
  | { type: "planConfirmation" }
  | { type: "decide" }
  | { type: "write" }
  | { type: "giveUp"; message: string }
  | { type: "stop" };

/** The step that follows from what has happened so far. Pure, so a restart decides the same. */
export function nextStep(state: SearchState): Step {
  if (state.end) return { type: "stop" };
  if (!state.started) return { type: "start" };
  if (!state.domainSetId && !state.embeddingSetId) return { type: "embed" };
  if (!state.labels) return { type: "cluster" };
  if (!state.domains) return { type: "tokenise" };
  if (state.plan.earlier && !state.evidence) return { type: "countEarlier" };

  const waiting = state.runs.filter((run) => !run.outcome);
  if (waiting.length > 0) return { type: "awaitRuns", runs: waiting };

  const failure = tooManyFailures(state);
  if (failure) return { type: "giveUp", message: failure };
  const explored = state.rounds - componentRounds(state.plan);
  if (explores(state.plan) && state.predictors.length < explored) return { type: "fit", round: state.rounds };
  const goesOn = state.plan.openEnded || state.rounds < roundsBefore(state.plan);
  if (goesOn && !state.roundsEnd) return { type: "planRound", round: state.rounds + 1 };
  if (!state.confirmationPlanned) return { type: "planConfirmation" };
  if (!state.decided) return { type: "decide" };
  return { type: "write" };
}

/** A search goes on without some of its runs, but not when half of a round is gone or a comparison has no noise left. */
function tooManyFailures(state: SearchState): string | undefined {
  const lastRound = Math.max(0, ...state.runs.map((run) => run.round));
  const runs = state.runs.filter((run) => run.round === lastRound);
  const lost = runs.filter((run) => run.outcome && run.outcome.state !== "succeeded");
  if (lost.length === 0 || lost.length * 2 < runs.length) return undefined;
  const first = lost[0]?.outcome?.failure || "no reason was given";
  return `${lost.length} of the ${runs.length} runs of round ${lastRound} failed; the first: ${first}`;
}
