import {
  ClusteringServiceDefinition,
  type DomainSet,
  type DuplicateEffect,
  DuplicateReport,
} from "@climb/proto/clustering/v1/clustering_service";
import { type Command, InvalidArgumentError } from "commander";
import { type GlobalOptions, withSession } from "../session.js";
import { table } from "../table.js";
import { number, requireSuccess, showProgress, showWhenFound } from "./domains-find.js";

interface DuplicateOptions {
  threshold: number[];
  remove?: number;
}

/** `climb domains duplicates`: near-duplicates, and a set without them. */
export function addDomainsDuplicates(domains: Command): void {
  domains
    .command("duplicates")
    .argument("<DOMAIN_SET>", "the id of a finished set")
    .description("Count near-duplicates within clusters at each threshold, and make a set without them if asked.")
    .option("--threshold <list>", "cosine similarities, separated by commas", numbers, [0.9, 0.95, 0.99])
    .option("--remove <threshold>", "then make a domain set without those of this threshold; the old one stays", number)
    .action(async (domainSetId: string, { threshold, remove }: DuplicateOptions, command: Command) => {
      await withSession(command.optsWithGlobals<GlobalOptions>(), async (session) => {
        const { connect, output, signal } = session;
        const client = connect(ClusteringServiceDefinition);
        const thresholds = remove === undefined ? threshold : [...threshold, remove];
        const { report: created } = await client.createDuplicateReport(
          { requestId: "", spec: { domainSetId, thresholds } },
          { signal },
        );
        let found = created as DuplicateReport;
        for await (const { report } of client.watchDuplicateReport({ id: found.id, afterSequence: 0n }, { signal })) {
          found = report ?? found;
          showProgress(session, found.status);
        }
        requireSuccess(session, "looking for near-duplicates", found.status);
        if (output.asJson && remove === undefined) output.json(DuplicateReport.toJSON(found));
        for (const line of describeEffects(found.effects)) output.say(line);
        if (remove === undefined) return;
        const request = { requestId: "", reportId: found.id, threshold: remove };
        const { domainSet } = await client.removeDuplicates(request, { signal });
        await showWhenFound(session, domainSet as DomainSet);
      });
    });
}

function describeEffects(effects: readonly DuplicateEffect[]): string[] {
  const rows = effects.map(({ threshold, documents, textBytes }) => [
    String(threshold),
    String(documents),
    (Number(textBytes) / 1e6).toFixed(1),
  ]);
  const examples = effects.flatMap(({ examples: shown }) =>
    shown.flatMap(({ similarity, document, earlier }) => [
      `${similarity.toFixed(4)}  ${document?.documentId}: ${document?.snippet.slice(0, 100)}`,
      `        ${earlier?.documentId}: ${earlier?.snippet.slice(0, 100)}`,
    ]),
  );
  return [...table(["threshold", "documents that would go", "MB"], rows), ...examples];
}

function numbers(text: string): number[] {
  const values = text.split(",").map(number);
  if (values.length === 0) throw new InvalidArgumentError("expected numbers separated by commas");
  return values;
}
