import { downloadFiles } from "@climb/client";
import { type Dataset, DatasetSpec, SearchServiceDefinition } from "@climb/proto/search/v1/search_service";
import type { Command } from "commander";
import { type GlobalOptions, withSession } from "../session.js";
import { requireSuccess, showProgress } from "./domains-find.js";

/** `climb domains export`: the corpus as Parquet, split by domain. */
export function addDomainsExport(domains: Command): void {
  domains
    .command("export")
    .argument("<DOMAIN_SET>", "the id of a finished set")
    .description("Write the filtered corpus split by domain, and the domain of every document, as Parquet with a card.")
    .requiredOption("--out <dir>", "where README.md, assignments.parquet and by-domain/ go")
    .action(async (domainSetId: string, { out }: { out: string }, command: Command) => {
      await withSession(command.optsWithGlobals<GlobalOptions>(), async (session) => {
        const { connect, output, signal } = session;
        const client = connect(SearchServiceDefinition);
        const spec = DatasetSpec.fromPartial({ domainSetId, options: { byDomain: true } });
        const { dataset: created } = await client.createDataset({ requestId: "", spec }, { signal });
        let found = created as Dataset;
        for await (const { dataset } of client.watchDataset({ id: found.id, afterSequence: 0n }, { signal })) {
          found = dataset ?? found;
          showProgress(session, found.status);
        }
        requireSuccess(session, "the export", found.status);
        const files = await downloadFiles(session.store, found.files, out, session.patience);
        if (output.asJson) output.json({ documents: Number(found.documents), files });
        else output.say(`${found.documents} documents in ${files.length} files under ${out}`);
      });
    });
}
