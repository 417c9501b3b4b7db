import type { DomainSet } from "@climb/proto/clustering/v1/clustering_service";
import type { Search, SearchRun } from "@climb/proto/search/v1/search_service";
import type { Wire } from "../wire.js";
import { call } from "./api.js";

const PAGE = 1000;

/** What the list of searches shows. */
const LISTED = [
  "id",
  "spec.name",
  "spec.strategy",
  "status",
  "phase",
  "paused",
  "runs_planned",
  "runs_finished",
  "runs_failed",
  "gain",
  "result.baselines",
  "result.objective",
  "result.noise",
  "metadata",
  "cost",
];

/** Every search, newest first, in as many pages as it takes. @param states only those in one of them */
export async function everySearch(states?: number[]): Promise<Wire<Search>[]> {
  const found: Wire<Search>[] = [];
  let pageToken = "";
  do {
    const filter = states ? { states } : undefined;
    const page = await call("search", "listSearches", {
      pageSize: PAGE,
      pageToken,
      readMask: LISTED,
      ...(filter && { filter }),
    });
    found.push(...page.searches);
    pageToken = page.nextPageToken;
  } while (pageToken);
  return found;
}

/** Every run of a search, in the order they were planned. */
export async function everyRun(searchId: string): Promise<Wire<SearchRun>[]> {
  const found: Wire<SearchRun>[] = [];
  let pageToken = "";
  do {
    const page = await call("search", "listSearchRuns", { searchId, pageSize: PAGE, pageToken });
    found.push(...page.runs);
    pageToken = page.nextPageToken;
  } while (pageToken);
  return found;
}

/** The latest domain sets, newest first. */
export async function domainSets(): Promise<Wire<DomainSet>[]> {
  const readMask = ["id", "status", "metadata", "domains", "pruned_documents"];
  return (await call("clustering", "listDomainSets", { pageSize: 200, readMask })).domainSets;
}
