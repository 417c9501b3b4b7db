import type { SearchSpec } from "@climb/proto/search/v1/search_service";
import type { SearchContext } from "../steps/context.js";
import { readHistory } from "../steps/history.js";
import { exploredMixtures } from "../steps/reuse.js";

/** Refuses to begin with the runs of a search that there is not, or with another count of them than it has. */
export async function checkReuse(
  { platform }: Pick<SearchContext, "platform">,
  { reuseSearchId: id, budget }: SearchSpec,
  fault: (field: string, message: string, reason?: string) => void,
): Promise<void> {
  if (!id) return;
  const events = await readHistory(platform, id);
  if (events.length === 0) return fault("reuse_search_id", `there is no search ${id}`, "RESOURCE_UNKNOWN");
  const explored = exploredMixtures(events).length;
  const first = budget?.rounds[0] ?? 0;
  if (first !== explored)
    fault("budget.rounds[0]", `it is ${first}, but search ${id} explored ${explored} mixtures; expected as many`);
}
