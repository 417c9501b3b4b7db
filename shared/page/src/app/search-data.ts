import type { Search } from "@climb/proto/search/v1/search_service";
import { useMemo } from "preact/hooks";
import { domainsOf, type SearchData } from "../search/data.js";
import type { Wire } from "../wire.js";
import { call } from "./api.js";
import { everyRun } from "./every.js";
import { type Following, useAsked, useWatch } from "./live.js";

/** From this phase on the domains are found; from the next one on their tokens are counted. */
const [DOMAINS_FOUND, TOKENS_COUNTED] = [3, 4];

export interface LiveSearch {
  /** undefined until the first message. */
  data: SearchData | undefined;
  following: Following;
  failure: string | undefined;
}

/** A search as it is now and as it changes, with its runs and domains. */
export function useSearch(id: string): LiveSearch {
  const { message, following, failure } = useWatch<{ sequence: number; search?: Wire<Search> }>("search", id);
  const search = message?.search;
  const phase = search?.phase ?? 0;
  const runs = useAsked(
    async () => (search ? everyRun(id) : []),
    [id, search?.runsPlanned, search?.runsFinished, search?.runsFailed],
  );
  const set = useAsked(async () => {
    if (!search?.domainSetId || phase < DOMAINS_FOUND) return undefined;
    const readMask = ["id", "domains"];
    return (await call("clustering", "getDomainSet", { id: search.domainSetId, readMask })).domainSet;
  }, [search?.domainSetId, phase >= DOMAINS_FOUND]);
  const tokens = useAsked(async () => {
    if (!search?.tokenSetId || phase < TOKENS_COUNTED) return undefined;
    const readMask = ["id", "domains"];
    return (await call("training", "getTokenSet", { id: search.tokenSetId, readMask })).tokenSet;
  }, [search?.tokenSetId, phase >= TOKENS_COUNTED]);
  const data = useMemo(
    () => search && { search, runs: runs.answer ?? [], domains: domainsOf(search, set.answer, tokens.answer) },
    [search, runs.answer, set.answer, tokens.answer],
  );
  return { data, following, failure: failure ?? (data ? undefined : (runs.failure ?? set.failure)) };
}
