import { ClusteringServiceDefinition, DomainSet } from "@climb/proto/clustering/v1/clustering_service";
import type { Command } from "commander";
import { type GlobalOptions, withSession } from "../session.js";
import { describeSet } from "./domains-show.js";

/** `climb domains rename`: the title that people know a domain by. */
export function addDomainsRename(domains: Command): void {
  domains
    .command("rename")
    .argument("<DOMAIN_SET>", "the id of a finished set")
    .argument("<DOMAIN>", "one of its domains, for example d03")
    .argument("[TITLE]", "what to call it; nothing: what was made of its terms")
    .description("Give a domain another title; its id stays.")
    .action(async (id: string, domainId: string, title: string | undefined, _: unknown, command: Command) => {
      await withSession(command.optsWithGlobals<GlobalOptions>(), async ({ connect, output, signal }) => {
        const client = connect(ClusteringServiceDefinition);
        const { domainSet } = await client.updateDomain({ id, domainId, title: title ?? "" }, { signal });
        const renamed = DomainSet.fromPartial(domainSet ?? {});
        if (output.asJson) return output.json(DomainSet.toJSON(renamed));
        for (const line of describeSet(renamed)) output.say(line);
      });
    });
}
