import {
  ClusteringServiceDefinition,
  type DomainSet,
  type DomainSplit,
} from "@climb/proto/clustering/v1/clustering_service";
import { Budget, type SearchResult } from "@climb/proto/search/v1/search_service";
import type { Command } from "commander";
import { CommandError } from "../errors.js";
import { runSearch } from "../run-search.js";
import { type GlobalOptions, withSession } from "../session.js";
import { PARTS, splitsOf } from "../splits.js";
import { whenFound } from "./domains-find.js";
import { askedAgain, counts, finishedSearch, onOtherDomains } from "./search-again.js";

/** Domains that are split where nobody says which. */
const MOST_SPLIT = 2;

interface RefineOptions {
  split?: DomainSplit[];
  rounds?: number[];
  out?: string;
}

/** `climb search refine`: the domains that matter are split, and searched on with the runs that there are. */
export function addSearchRefine(search: Command): void {
  search
    .command("refine")
    .argument("<id>", "the search, which must have its answer")
    .description("Split the domains that gain most and search on: the ratios of all others are kept, and runs count.")
    .option(
      "--split <domains>",
      "domains to split, for example d03,d07=3; default: the two of the greatest gain",
      splitsOf,
    )
    .option("--rounds <counts>", "mixtures in each round, for example 6,4; default: as the search had them", counts)
    .option("--out <dir>", "where the files go (default: under --data-dir)")
    .action(async (id: string, { split, rounds, out }: RefineOptions, command: Command) => {
      const options = command.optsWithGlobals<GlobalOptions>();
      await withSession(options, async (session) => {
        const found = await finishedSearch(session, id);
        const client = session.connect(ClusteringServiceDefinition);
        const { domainSet: whole } = await client.getDomainSet({ id: found.domainSetId }, { signal: session.signal });
        const splits = split ?? worthSplitting(found.result as SearchResult, whole as DomainSet);
        const request = { requestId: "", id: found.domainSetId, domains: 0, splits };
        const cut = (await client.cutDomainSet(request, { signal: session.signal })).domainSet as DomainSet;
        session.output.say(`Splitting ${splits.map(({ domainId, into }) => `${domainId} in ${into}`).join(", ")}`);
        const { id: domainSetId } = await whenFound(session, cut);
        const before = askedAgain(found);
        const budget = Budget.fromPartial({ ...before.budget, ...(rounds && { rounds, autoRounds: false }) });
        const again = { ...before, budget, reuseSearchId: "", ...onOtherDomains(id, domainSetId, false) };
        await runSearch(session, again, { out, dataDir: options.dataDir });
      });
    });
}

/**
 * The domains of which a hundredth more gains most by what the search's predictor says, as far as they can be split.
 * @throws CommandError if there are none
 */
export function worthSplitting(
  { effects }: Pick<SearchResult, "effects">,
  { domains }: Pick<DomainSet, "domains">,
): DomainSplit[] {
  const parts = new Map(domains.map(({ id, clusters }) => [id, clusters.length]));
  const chosen = effects
    .filter(({ domainId, objective }) => objective < 0 && (parts.get(domainId) ?? 0) >= PARTS)
    .sort((a, b) => a.objective - b.objective)
    .slice(0, MOST_SPLIT);
  if (chosen.length === 0)
    throw new CommandError("no domain of several clusters gains by more weight; name those to split with --split");
  return chosen.map(({ domainId }) => ({ domainId, into: PARTS }));
}
