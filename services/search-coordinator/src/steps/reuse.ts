import type { SearchEvent } from "@climb/proto/search/v1/search_events";
import type { PlannedRun } from "../core/index.js";
import { roleFromProto } from "../rpc/convert.js";
import { viewOf } from "../rpc/view.js";
import type { StepContext } from "./context.js";
import { readHistory } from "./history.js";
import { partFailed } from "./until-finished.js";

/** A mixture that an earlier search explored. */
type Explored = Pick<PlannedRun, "mixture" | "origin">;

/** The explored mixtures in a search's log, in the order they were planned. */
export function exploredMixtures(events: readonly SearchEvent[]): Explored[] {
  return viewOf(events)
    .runs.filter(({ role }) => roleFromProto(role) === "explore")
    .map(({ mixture, origin }) => ({ mixture, origin }));
}

/**
 * The explored mixtures of an earlier search. Their runs are named by what they are, so that the training service has them
 * already.
 * @throws ServiceError wrongState RESOURCE_UNKNOWN if the earlier search is gone, FIELD_INVALID if it is of other domains
 */
export async function reusedMixtures({ platform, state }: StepContext): Promise<Explored[]> {
  const { reuseSearchId: id } = state.plan;
  const events = await readHistory(platform, id);
  if (events.length === 0) {
    throw partFailed("reuse", { reason: "RESOURCE_UNKNOWN", message: `there is no search ${id}`, metadata: { id } });
  }
  const { search } = viewOf(events);
  if (search.tokenSetId !== state.tokenSetId) {
    const message = `search ${id} is of token set ${search.tokenSetId}, expected ${state.tokenSetId}: the same domains and vocabulary, and where decontaminate is on the same targets`;
    throw partFailed("reuse", { reason: "FIELD_INVALID", message, metadata: { id } });
  }
  return exploredMixtures(events).map(({ mixture, origin }) => ({
    mixture,
    origin: `${origin}, of an earlier search`,
  }));
}
