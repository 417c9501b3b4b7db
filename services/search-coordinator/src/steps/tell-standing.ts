import type { SearchEvent } from "@climb/proto/search/v1/search_events";
import { observe } from "@climb/runtime";
import { type SearchState, type Standing, standing } from "../core/index.js";

interface Told extends Standing {
  fits: { target: string; spearman: number; coverage: number }[];
}

/** A series for each search, which ends with the process; the SDK bounds their number. */
const told = new Map<string, Told>();
let observed = false;

/** Has the metrics tell how a search stands: its best objective, its gain, how far its predictor can be trusted. */
export function tellStanding(id: string, state: SearchState, history: readonly SearchEvent[]): void {
  observeOnce();
  const fitted = history.findLast(({ event }) => event?.$case === "predictorFitted")?.event;
  const fits = fitted?.$case === "predictorFitted" ? fitted.value.fits : [];
  told.set(id, {
    ...standing(state),
    fits: fits.map(({ task, spearman, coverage }) => ({ target: task, spearman, coverage })),
  });
}

function observeOnce(): void {
  if (observed) return;
  observed = true;
  observe("bestObjective", (result) => {
    for (const [id, { best }] of told) if (best !== undefined) result.observe(best, { "climb.search.id": id });
  });
  observe("gain", (result) => {
    for (const [id, { gain }] of told) if (gain !== undefined) result.observe(gain, { "climb.search.id": id });
  });
  const ofFits = (metric: "rankCorrelation" | "coverage", of: (fit: Told["fits"][number]) => number) =>
    observe(metric, (result) => {
      for (const [id, { fits }] of told) {
        for (const fit of fits) {
          // A rank correlation of too few results is no number, and no series.
          const value = of(fit);
          if (Number.isFinite(value)) result.observe(value, { "climb.search.id": id, "climb.target.name": fit.target });
        }
      }
    });
  ofFits("rankCorrelation", ({ spearman }) => spearman);
  ofFits("coverage", ({ coverage }) => coverage);
}
