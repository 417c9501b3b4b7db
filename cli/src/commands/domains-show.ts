import type {
  DocumentExample,
  Domain,
  DomainNeighbour,
  DomainSet,
  PrunedCluster,
  ScorerReport,
} from "@climb/proto/clustering/v1/clustering_service";
import { nameOfState } from "@climb/resources";
import { CommandError } from "../errors.js";
import { describeLeftOut } from "../show-result.js";
import { table } from "../table.js";

/** A set as a table of its domains. */
export function describeSet(found: DomainSet): string[] {
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
    ...(found.namingFailure ? [`named by their terms: ${found.namingFailure}`] : []),
    ...found.scorers.map(describeScorer),
    ...describeLeftOut(found.pruned).map((line) => `${line} (climb domains show ${found.id} pruned)`),
  ];
}

function describeScorer({ name, threshold, mean, crossValidation }: ScorerReport): string {
  const head = `scorer ${name}: mean ${mean.toPrecision(3)}, clusters below ${threshold} pruned`;
  if (!crossValidation) return head;
  const { annotations, unknown, rootMeanSquaredError, baselineError, spearman } = crossValidation;
  const error = `${rootMeanSquaredError.toPrecision(3)} (${baselineError.toPrecision(3)} by the mean alone)`;
  const left = unknown > 0 ? `, ${unknown} name no document` : "";
  return `${head}; cross-validated error ${error}, rank correlation ${spearman.toFixed(2)}, ${annotations} annotations${left}`;
}

/** A domain with its signals and documents; "pruned" is what was left out, and why. @throws CommandError if the set has no such domain */
export function describeDomain(found: DomainSet, domainId: string): string[] {
  const domain = found.domains.find(({ id }) => id === domainId);
  if (domainId === "pruned") return found.pruned.flatMap(describePruned);
  if (!domain) {
    const ids = found.domains.map(({ id }) => id).join(", ") || "none yet";
    throw new CommandError(`domain set ${found.id} has no domain ${domainId}; it has ${ids}`);
  }
  return [
    `${domain.id}  ${domain.label}`,
    ...(domain.madeLabel ? [`named by its terms: ${domain.madeLabel}`] : []),
    `${domain.documents} documents, ${(Number(domain.textBytes) / 1e6).toFixed(1)} MB, quality ${domain.quality.toFixed(2)} of 5`,
    ...Object.entries(domain.scores).map(([name, mean]) => `${name}: ${mean.toPrecision(3)}`),
    `terms: ${domain.terms.join(", ")}`,
    ...formLines(domain),
    ...table(["signal", "mean"], signalRows(domain)),
    ...(domain.nearest.length > 0 ? [`nearest domains: ${domain.nearest.map(neighbour).join(", ")}`] : []),
    "typical documents:",
    ...domain.examples.map(exampleLine),
    ...(domain.borderline.length > 0 ? ["documents almost as near to another domain:"] : []),
    ...domain.borderline.map(
      ({ document, otherDomainId }) => `${document ? exampleLine(document) : ""}  (or ${otherDomainId})`,
    ),
  ];
}

function describePruned(group: PrunedCluster): string[] {
  const { cluster, documents, quality, reason, terms, examples, unlabelled } = group;
  return [
    unlabelled
      ? `unlabelled: ${documents} documents, quality ${quality.toFixed(2)}`
      : `cluster ${cluster}: ${documents} documents, quality ${quality.toFixed(2)}; ${reason}`,
    `  terms: ${terms.join(", ") || "none"}`,
    ...examples.map((example) => exampleLine(example)),
  ];
}

function neighbour({ domainId, distance }: DomainNeighbour): string {
  return `${domainId} (${distance.toPrecision(3)})`;
}

function exampleLine({ documentId, snippet }: DocumentExample): string {
  return `  ${documentId}: ${snippet}`;
}

function signalRows({ signals }: Domain): [string, string][] {
  return Object.entries(signals)
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([name, value]) => [name, value.toPrecision(3)]);
}

function formLines({ forms }: Domain): string[] {
  const shares = Object.entries(forms).sort(([a, one], [b, other]) => other - one || a.localeCompare(b));
  if (shares.length === 0) return [];
  return [`forms: ${shares.map(([form, share]) => `${(100 * share).toFixed(0)} % ${form}`).join(", ")}`];
}

/** "succeeded", "running" … */
export function stateOf(found: DomainSet): string {
  return nameOfState(found.status).toLowerCase();
}
