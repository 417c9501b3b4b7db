import type { DomainManifest } from "@climb/proto/clustering/v1/clustering_service";
import type { DatasetSpec } from "@climb/proto/search/v1/search_service";
import type { Decontamination } from "@climb/proto/training/v1/training_service";
import { carriedColumns } from "../../core/carried-columns.js";
import { leftOutOf } from "../../rpc/convert-result.js";

/** What the data-set card says. */
export interface CardData {
  manifest: DomainManifest;
  /** What was left out because it contains a target. */
  decontamination: Decontamination | undefined;
  spec: DatasetSpec;
  /** The mixed sample, if there is one. */
  mixed?: Written | undefined;
  /** The corpus split by domain, if there is one. */
  split?: Written | undefined;
}

interface Written {
  documents: number;
  textBytes: number;
}

/** README.md of the data set, with the front matter that Hugging Face reads. */
export function datasetCard({ manifest, decontamination, spec, mixed, split }: CardData): string {
  const configs = [
    ...(mixed ? [config("default", "train-*.parquet")] : []),
    ...(split ? manifest.domains.map(({ id }) => config(id, `by-domain/${id}/*.parquet`)) : []),
    ...(split ? [config("assignments", "assignments.parquet")] : []),
  ];
  return [
    `---\nconfigs:\n${configs.join("\n")}\n---`,
    mixed ? "# A mixed pre-training data set" : "# A corpus split by domain",
    ...(mixed ? [mixedText(mixed, spec)] : []),
    ...(split ? [splitText(split)] : []),
    ...carriedText(manifest),
    ...decontaminatedText(decontamination),
    domainTable(manifest, spec),
    ...(manifest.pruned.length > 0 ? [prunedText(manifest)] : []),
    "Made by Climb. The texts keep the licences they had in the corpus.\n",
  ].join("\n\n");
}

function config(name: string, path: string): string {
  return `  - config_name: ${name}\n    data_files:\n      - split: train\n        path: ${path}`;
}

function mixedText({ documents, textBytes }: Written, { seed }: DatasetSpec): string {
  return `\`train-*.parquet\`: ${documents} documents, ${textBytes} bytes of plain text, globally shuffled with seed ${seed}. Columns: \`id\` (the
document's id in the corpus), \`domain\`, \`text\`. A document may occur more than once where its domain is repeated.`;
}

function splitText({ documents, textBytes }: Written): string {
  return `\`by-domain/<domain>/\`: the whole filtered corpus, ${documents} documents, ${textBytes} bytes of plain text, in the order of the
corpus. Columns: \`id\`, \`text\`. \`assignments.parquet\`: the domain of every document of the corpus by its \`id\`; null if it was left out.`;
}

function carriedText({ corpus }: DomainManifest): string[] {
  const columns = carriedColumns(corpus?.carried ?? []).map((name) => `\`${name}\``);
  if (columns.length === 0) return [];
  return [
    `Carried from the records of the corpus, as text: ${columns.join(", ")}. Null where a record has no such field.`,
  ];
}

function decontaminatedText(decontamination: Decontamination | undefined): string[] {
  const leftOut = leftOutOf(decontamination);
  if (!leftOut) return [];
  const targets = Object.entries(leftOut.targets).map(([name, { documents }]) => `${name} ${documents}`);
  return [
    `Without ${leftOut.documents} documents that have a run of 13 tokens in common with an evaluated item: ${targets.join(", ")}. By domain:
see \`leftOut\` in \`manifest.json\`.`,
  ];
}

function domainTable({ domains }: DomainManifest, { mixture }: DatasetSpec): string {
  const weighted = mixture.length > 0;
  const rows = domains.map(({ id, label, documents, textBytes, quality, terms }, j) => [
    id,
    cell(label),
    ...(weighted ? [String(mixture[j] ?? 0)] : []),
    String(documents),
    String(textBytes),
    quality.toFixed(2),
    cell(terms.slice(0, 8).join(", ")),
  ]);
  return table(["domain", "label", ...(weighted ? ["weight"] : []), "documents", "bytes", "quality", "terms"], rows);
}

function prunedText({ pruned }: DomainManifest): string {
  const rows = pruned.map(({ cluster, documents, quality, reason, terms }) => [
    String(cluster),
    String(documents),
    quality.toFixed(2),
    cell(reason),
    cell(terms.slice(0, 8).join(", ")),
  ]);
  return `## What was left out\n\n${table(["cluster", "documents", "quality", "why", "terms"], rows)}`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

function cell(text: string): string {
  return text.replaceAll("|", "/").replace(/\s+/g, " ");
}
