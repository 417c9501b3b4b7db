import type { Fault } from "@climb/proto/common/v1/job";
import { type SearchSpec, Strategy } from "@climb/proto/search/v1/search_service";
import { fieldFault } from "@climb/resources";
import type { SearchContext } from "../steps/context.js";
import { readHistory } from "../steps/history.js";
import { exploredMixtures } from "../steps/reuse.js";
import { otherSearch } from "./other-search.js";

/** Refuses to begin with the runs of a search that there is not, or with another count of them than it has. */
export async function checkReuse(
  { platform, peers }: Pick<SearchContext, "platform" | "peers">,
  { reuseSearchId: id, budget, decontaminate, targets, base, decayShare }: SearchSpec,
  faults: Fault[],
  signal: AbortSignal,
): Promise<void> {
  if (!id) return;
  const search = await otherSearch(peers, id, "spec.reuse_search_id", faults, signal);
  if (!search) return;
  const { spec } = search;
  const events = await readHistory(platform, id);
  const names = (of: SearchSpec["targets"] = []) => of.map(({ name }) => name).join(", ");
  if (decontaminate !== (spec?.decontaminate ?? false)) {
    const expected = `${spec?.decontaminate}, as in search ${id}: runs on other documents are other runs`;
    faults.push(fieldFault("spec.decontaminate", String(decontaminate), expected));
  } else if (decontaminate && names(targets) !== names(spec?.targets)) {
    const expected = `${names(spec?.targets)}, as in search ${id}: its documents were chosen by them`;
    faults.push(fieldFault("spec.targets", names(targets), expected));
  }
  if (spec?.strategy === Strategy.STRATEGY_MERGE) {
    const expected = "a search that trained what it explored";
    faults.push(fieldFault("spec.reuse_search_id", `search ${id}, which merged components`, expected));
  }
  if (decayShare !== (spec?.decayShare ?? 0)) {
    const expected = `${spec?.decayShare}, as in search ${id}: runs of other parts are other runs`;
    faults.push(fieldFault("spec.decay_share", String(decayShare), expected));
  }
  const before = spec?.base?.file?.sha256 ?? "none";
  const now = base?.file?.sha256 ?? "none";
  if (now !== before) {
    faults.push(
      fieldFault("spec.base", now, `${before}, as in search ${id}: runs that begin elsewhere are other runs`),
    );
  }
  const explored = exploredMixtures(events).length;
  const first = budget?.rounds[0] ?? 0;
  if (first === explored) return;
  const expected = `${explored}, as many mixtures as search ${id} explored`;
  faults.push(fieldFault("spec.budget.rounds[0]", first, expected));
}
