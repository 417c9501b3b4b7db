import { downloadFiles } from "@climb/client";
import { ClusteringServiceDefinition } from "@climb/proto/clustering/v1/clustering_service";
import { type Dataset, DatasetSpec, SearchServiceDefinition } from "@climb/proto/search/v1/search_service";
import type { Command } from "commander";
import { CommandError } from "../errors.js";
import { integer } from "../integer.js";
import { readMixture } from "../mixture-file.js";
import { type GlobalOptions, type Session, withSession } from "../session.js";
import { requireSuccess, showProgress } from "./domains-find.js";

interface ExportOptions {
  out: string;
  mixture?: string;
  documents: number;
  seed: number;
}

/** `climb domains export`: the corpus as Parquet, split by domain, and a mixture of documents without text. */
export function addDomainsExport(domains: Command): void {
  domains
    .command("export")
    .argument("<DOMAIN_SET>", "the id of a finished set")
    .description("Write the filtered corpus split by domain, and the domain of every document, as Parquet with a card.")
    .requiredOption("--out <dir>", "where README.md, assignments.parquet and by-domain/ go")
    .option(
      "--mixture <file>",
      'of a corpus without text: write a sample of ids at these weights too, mixture.json or {"d00": 0.3, …}',
    )
    .option("--documents <n>", "documents of the sample; 0: as many as weights and repetition allow", integer, 0)
    .option("--seed <n>", "seed of the sample", integer, 0)
    .action(async (domainSetId: string, given: ExportOptions, command: Command) => {
      const { out } = given;
      await withSession(command.optsWithGlobals<GlobalOptions>(), async (session) => {
        const { connect, output, signal } = session;
        const client = connect(SearchServiceDefinition);
        const spec = DatasetSpec.fromPartial({
          domainSetId,
          mixture: given.mixture === undefined ? [] : await weightsOf(session, domainSetId, given.mixture),
          options: { byDomain: true, tokens: BigInt(given.documents) },
          seed: given.seed,
        });
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

/** The weights of a file in the order of the domains. @throws CommandError naming a domain that the set does not have */
async function weightsOf({ connect, signal }: Session, id: string, file: string): Promise<number[]> {
  const weights = readMixture(file);
  const { domainSet } = await connect(ClusteringServiceDefinition).getDomainSet({ id }, { signal });
  const ids = (domainSet?.domains ?? []).map((domain) => domain.id);
  const strangers = [...weights.keys()].filter((domain) => !ids.includes(domain));
  if (strangers.length > 0) throw new CommandError(`${file}: the domain set has no domain ${strangers.join(", ")}`);
  return ids.map((domain) => weights.get(domain) ?? 0);
}
