import { ClusteringServiceDefinition, type Domain, DomainSet } from "@climb/proto/clustering/v1/clustering_service";
import { JobState, jobStateToJSON } from "@climb/proto/common/v1/job";
import type { Command } from "commander";
import { CommandError, EXIT } from "../errors.js";
import { type GlobalOptions, type Session, withSession } from "../session.js";
import { table } from "../table.js";
import { integer } from "./demo.js";

export function addDomains(program: Command): void {
  const domains = program.command("domains").description("Look at the domains of a corpus, and cut them anew.");

  domains
    .command("list")
    .description("List all domain sets.")
    .action(async (_: unknown, command: Command) => {
      await withSession(command.optsWithGlobals<GlobalOptions>(), async ({ connect, output, signal }) => {
        const client = connect(ClusteringServiceDefinition);
        let pageToken = "";
        do {
          const page = await client.listDomainSets({ pageSize: 100, pageToken }, { signal });
          for (const found of page.domainSets) {
            if (output.asJson) output.json(DomainSet.toJSON(found));
            else output.say(`${found.id}  ${stateOf(found).padEnd(10)} ${found.domains.length} domains`);
          }
          pageToken = page.nextPageToken;
        } while (pageToken);
      });
    });

  domains
    .command("show")
    .argument("<DOMAIN_SET>", "its id (domains list shows it)")
    .argument("[DOMAIN]", "one of its domains, for example d03")
    .description("Show the domains of a set, or one of them with its signals and typical documents.")
    .action(async (id: string, domainId: string | undefined, _: unknown, command: Command) => {
      await withSession(command.optsWithGlobals<GlobalOptions>(), async ({ connect, output, signal }) => {
        const { domainSet } = await connect(ClusteringServiceDefinition).getDomainSet({ id }, { signal });
        const found = domainSet as DomainSet;
        if (output.asJson) return output.json(DomainSet.toJSON(found));
        for (const line of domainId ? describeDomain(found, domainId) : describeSet(found)) output.say(line);
      });
    });

  domains
    .command("cut")
    .argument("<DOMAIN_SET>", "the id of a finished set")
    .description("Merge the clusters of a set into another number of domains, without clustering again.")
    .requiredOption("--count <n>", "domains wanted", integer)
    .action(async (id: string, { count }: { count: number }, command: Command) => {
      await withSession(command.optsWithGlobals<GlobalOptions>(), (session) => cut(session, id, count));
    });
}

async function cut({ connect, output, signal }: Session, id: string, count: number): Promise<void> {
  const client = connect(ClusteringServiceDefinition);
  const { domainSet: created } = await client.cutDomainSet({ requestId: "", id, domains: count }, { signal });
  let found = created as DomainSet;
  for await (const message of client.watchDomainSet({ id: found.id, afterSequence: 0n }, { signal })) {
    found = message.domainSet ?? found;
    const progress = found.status?.progress;
    if (progress) output.progress(progress.stage, progress.done, progress.total, progress.unit);
  }
  output.settle();
  if (found.status?.state !== JobState.JOB_STATE_SUCCEEDED) {
    throw new CommandError(found.status?.failure?.message || "the cut did not finish", EXIT.failed);
  }
  if (output.asJson) output.json(DomainSet.toJSON(found));
  else for (const line of describeSet(found)) output.say(line);
}

function describeSet(found: DomainSet): string[] {
  const rows = found.domains.map(({ id, label, documents, textBytes, quality }) => [
    `${id}  ${label}`,
    String(documents),
    (Number(textBytes) / 1e6).toFixed(1),
    quality.toFixed(2),
  ]);
  return [
    `${found.id}  ${stateOf(found)}`,
    ...(found.status?.failure ? [found.status.failure.message] : []),
    ...(rows.length > 0 ? table(["domain", "documents", "MB", "quality"], rows) : []),
    ...(found.prunedDocuments > 0n ? [`pruned: ${found.prunedDocuments} documents in clusters of low quality`] : []),
  ];
}

function describeDomain(found: DomainSet, domainId: string): string[] {
  const domain = found.domains.find(({ id }) => id === domainId);
  if (!domain) {
    const ids = found.domains.map(({ id }) => id).join(", ") || "none yet";
    throw new CommandError(`domain set ${found.id} has no domain ${domainId}; it has ${ids}`);
  }
  return [
    `${domain.id}  ${domain.label}`,
    `${domain.documents} documents, ${(Number(domain.textBytes) / 1e6).toFixed(1)} MB, quality ${domain.quality.toFixed(2)} of 5`,
    `terms: ${domain.terms.join(", ")}`,
    ...table(["signal", "mean"], signalRows(domain)),
    ...domain.examples.map(({ documentId, snippet }) => `${documentId}: ${snippet.replace(/\s+/g, " ")}`),
  ];
}

function signalRows({ signals }: Domain): [string, string][] {
  return Object.entries(signals)
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([name, value]) => [name, value.toPrecision(3)]);
}

function stateOf(found: DomainSet): string {
  return jobStateToJSON(found.status?.state ?? 0)
    .replace("JOB_STATE_", "")
    .toLowerCase();
}
