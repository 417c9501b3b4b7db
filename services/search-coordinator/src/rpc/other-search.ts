import type { Fault } from "@climb/proto/common/v1/job";
import type { Search } from "@climb/proto/search/v1/search_service";
import { ServiceError } from "@climb/runtime";
import type { Peers } from "../steps/context.js";

/** A search that a specification names, as its caller may see it; undefined with a fault if the caller may not, or there is none. */
export async function otherSearch(
  { search }: Pick<Peers, "search">,
  id: string,
  field: string,
  faults: Fault[],
  signal: AbortSignal,
): Promise<Search | undefined> {
  try {
    return (await search.getSearch({ id }, { signal })).search;
  } catch (error) {
    if (!(error instanceof ServiceError) || error.kind === "unavailable") throw error;
    faults.push({ field, message: error.message, reason: error.reason });
    return undefined;
  }
}
