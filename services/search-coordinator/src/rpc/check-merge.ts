import { type SearchSpec, Strategy } from "@climb/proto/search/v1/search_service";

/** What does not go with a search that merges components; nothing for other searches. */
export function checkMerge(
  { strategy, base, trainer, knownResults, reuseSearchId }: SearchSpec,
  fault: (field: string, found: string | number, expected: string) => void,
): void {
  if (strategy !== Strategy.STRATEGY_MERGE) return;
  if (!base) fault("base", "nothing", "a base, because only models with a common beginning can be averaged");
  if (trainer) fault("strategy", `merge with trainer ${trainer}`, "Climb's own trainer, whose weights are here");
  const expected = "none with strategy merge, whose rounds are averages and not trained";
  if (knownResults.length > 0) fault("known_results", `${knownResults.length} results`, expected);
  if (reuseSearchId) fault("reuse_search_id", reuseSearchId, expected);
}
