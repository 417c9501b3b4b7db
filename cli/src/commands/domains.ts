import {
  ClusteringServiceDefinition,
  DomainSet,
  DomainSpec,
  type DomainSplit,
  SuggestDomainCountResponse,
} from "@climb/proto/clustering/v1/clustering_service";
import type { Command } from "commander";
import { CommandError } from "../errors.js";
import { integer } from "../integer.js";
import { addListOptions, everyItem, type ListOptions } from "../list-options.js";
import { type GlobalOptions, withSession } from "../session.js";
import { splitsOf } from "../splits.js";
import { table } from "../table.js";
import { addDomainsAssign } from "./domains-assign.js";
import { addDomainsDuplicates } from "./domains-duplicates.js";
import { addDomainsExport } from "./domains-export.js";
import { addDomainsFind, showWhenFound } from "./domains-find.js";
import { addDomainsRename } from "./domains-rename.js";
import { describeDomain, describeSet, stateOf } from "./domains-show.js";

interface CutOptions {
  count?: number;
  split?: DomainSplit[];
}

/** `climb domains`: finds, lists, shows, renames and cuts domain sets. */
export function addDomains(program: Command): void {
  const domains = program
    .command("domains")
    .description("Find the domains of a corpus, look at them, and cut them anew.");

  addDomainsFind(domains);
  addDomainsAssign(domains);
  addDomainsDuplicates(domains);
  addDomainsExport(domains);
  addDomainsRename(domains);

  const list = domains
    .command("list")
    .description("List domain sets.")
    .action(async (given: ListOptions, command: Command) => {
      await withSession(command.optsWithGlobals<GlobalOptions>(), async ({ connect, output, signal }) => {
        const client = connect(ClusteringServiceDefinition);
        const page = (asked: object) => client.listDomainSets(asked, { signal });
        for await (const found of everyItem(given, page, ({ domainSets }) => domainSets)) {
          if (output.asJson) output.json(DomainSet.toJSON(found));
          else output.say(`${found.id}  ${stateOf(found).padEnd(10)} ${found.domains.length} domains`);
        }
      });
    });
  addListOptions(list);

  domains
    .command("show")
    .argument("<DOMAIN_SET>", "its id (domains list shows it)")
    .argument("[DOMAIN]", "one of its domains, for example d03, or 'pruned' for what was left out and why")
    .description("Show the domains of a set, or one of them with its signals and documents.")
    .action(async (id: string, domainId: string | undefined, _: unknown, command: Command) => {
      await withSession(command.optsWithGlobals<GlobalOptions>(), async ({ connect, output, signal }) => {
        const { domainSet } = await connect(ClusteringServiceDefinition).getDomainSet({ id }, { signal });
        const found = domainSet as DomainSet;
        if (output.asJson) return output.json(DomainSet.toJSON(found));
        for (const line of domainId ? describeDomain(found, domainId) : describeSet(found)) output.say(line);
      });
    });

  domains
    .command("suggest")
    .argument("<DOMAIN_SET>", "the id of a finished set")
    .description("Judge how many domains to cut the set into: how far apart and how stable they would be.")
    .option("--most <n>", "the largest number to judge; default 40", integer)
    .action(async (domainSetId: string, { most = 0 }: { most?: number }, command: Command) => {
      await withSession(command.optsWithGlobals<GlobalOptions>(), async ({ connect, output, signal }) => {
        const answer = await connect(ClusteringServiceDefinition).suggestDomainCount({ domainSetId, most }, { signal });
        if (output.asJson) return output.json(SuggestDomainCountResponse.toJSON(answer));
        const rows = answer.counts.map(({ domains: count, silhouette, stability }) => [
          count === answer.suggested ? `${count} (suggested)` : count,
          silhouette.toFixed(3),
          stability.toFixed(3),
        ]);
        for (const line of table(["domains", "silhouette", "stability"], rows)) output.say(line);
        output.say(`climb domains cut ${domainSetId} --count ${answer.suggested}`);
      });
    });

  domains
    .command("cut")
    .argument("<DOMAIN_SET>", "the id of a finished set")
    .description("Merge the clusters of a set into another number of domains, or split some, without clustering again.")
    .option("--count <n>", "domains wanted", integer)
    .option(
      "--split <domains>",
      "domains to split while others stay, for example d03,d07=3; in two unless told",
      splitsOf,
    )
    .action(async (id: string, { count = 0, split = [] }: CutOptions, command: Command) => {
      if (count > 0 === split.length > 0) throw new CommandError("give either --count or --split");
      await withSession(command.optsWithGlobals<GlobalOptions>(), async (session) => {
        const client = session.connect(ClusteringServiceDefinition);
        const request = { requestId: "", id, domains: count, splits: split };
        const { domainSet } = await client.cutDomainSet(request, { signal: session.signal });
        await showWhenFound(session, domainSet as DomainSet);
      });
    });

  domains
    .command("tiers")
    .argument("<DOMAIN_SET>", "the id of a finished set")
    .description(
      "Cut every domain of a set into tiers of quality: a search then draws better ones more often by one curve.",
    )
    .option("--count <n>", "tiers in each domain, 2 to 10", integer, 3)
    .option("--scorer <name>", "the scorer of the set that tells quality; default: the rules")
    .action(async (domainSetId: string, given: { count: number; scorer?: string }, command: Command) => {
      await withSession(command.optsWithGlobals<GlobalOptions>(), async (session) => {
        const client = session.connect(ClusteringServiceDefinition);
        const { signal } = session;
        const { domainSet: found } = await client.getDomainSet({ id: domainSetId }, { signal });
        const tiers = { domainSetId, tiers: given.count, scorer: given.scorer };
        const spec = DomainSpec.fromPartial({ embeddings: found?.spec?.embeddings, tiers });
        const { domainSet } = await client.createDomainSet({ requestId: "", spec }, { signal });
        await showWhenFound(session, domainSet as DomainSet);
      });
    });
}
