import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { downloadFiles } from "@climb/client";
import { DatasetSpec } from "@climb/proto/search/v1/search_service";
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } from "hyparquet";
import { CommandError } from "../../errors.js";
import type { Session } from "../../session.js";
import { createMdsWriter } from "./mds.js";
import { documentRates, type ExportMixture, type ExportPlan } from "./mixture.js";

/** Hugging Face datasets: the corpus by domain, and a script that interleaves it by the weights. */
export async function exportHuggingFace(session: Session, mixture: ExportMixture, folder: string): Promise<ExportPlan> {
  const { domains, seed } = mixture;
  const files = await copyDomains(session, mixture, folder);
  const documents = await Promise.all(domains.map(({ id }) => countRows(folder, files[id] ?? [])));
  const rates = documentRates(domains, documents);
  const interleave = {
    data_files: Object.fromEntries(domains.map(({ id }) => [id, files[id]])),
    probabilities: domains.map(({ id }) => rates[id]),
    seed,
    stopping_strategy: "all_exhausted",
  };
  writeFileSync(join(folder, "interleave.json"), `${JSON.stringify(interleave, null, 2)}\n`);
  writeFileSync(join(folder, "load.py"), LOAD_PY);
  return {
    unit: "documents",
    rates,
    files: [...Object.values(files).flat(), "interleave.json", "load.py"],
    use: [
      "python load.py streams the mixture; take as many documents as the run needs.",
      "interleave_datasets picks documents, while the weights of a mixture are shares of tokens: each probability is the weight over the domain's mean tokens a document.",
    ],
  };
}

const LOAD_PY = `"""Streams the mixture of this folder: for text in mixture(): ..."""
import json
import os

from datasets import interleave_datasets, load_dataset


def mixture(folder=os.path.dirname(os.path.abspath(__file__))):
    with open(os.path.join(folder, "interleave.json")) as file:
        plan = json.load(file)
    parts = [
        load_dataset("parquet", data_files=[os.path.join(folder, name) for name in names], split="train", streaming=True)
        for names in plan["data_files"].values()
    ]
    return interleave_datasets(
        parts, probabilities=plan["probabilities"], seed=plan["seed"], stopping_strategy=plan["stopping_strategy"]
    )


if __name__ == "__main__":
    for row in mixture():
        print(json.dumps(row))
`;

/** MosaicML Streaming: one MDS data set for each domain, and the proportions of their streams. */
export async function exportMosaic(session: Session, mixture: ExportMixture, folder: string): Promise<ExportPlan> {
  const { domains } = mixture;
  const parquet = join(folder, "parquet");
  const files = await copyDomains(session, mixture, parquet);
  const documents: number[] = [];
  const written: string[] = [];
  for (const { id } of domains) {
    const writer = createMdsWriter(join(folder, id), ["id", "text"]);
    let rows = 0;
    for (const name of files[id] ?? []) {
      for await (const row of rowsOf(join(parquet, name))) {
        writer.write([row.id, row.text]);
        rows++;
      }
    }
    written.push(...writer.close().map((name) => `${id}/${name}`));
    documents.push(rows);
  }
  rmSync(parquet, { recursive: true });
  const rates = documentRates(domains, documents);
  const streams = domains.map(({ id }) => ({ local: join(folder, id), proportion: rates[id] }));
  writeFileSync(join(folder, "streams.json"), `${JSON.stringify(streams, null, 2)}\n`);
  return {
    unit: "documents",
    rates,
    files: [...written, "streams.json"],
    use: [
      "StreamingDataset(streams=[Stream(**stream) for stream in json.load(open('streams.json'))]).",
      "Proportions are of documents, while the weights of a mixture are shares of tokens: each is the weight over the domain's mean tokens a document.",
    ],
  };
}

/** Copies the filtered corpus split by domain; returns the files of each domain, relative to the folder. */
async function copyDomains(
  session: Session,
  { domainSetId, domains }: ExportMixture,
  folder: string,
): Promise<Record<string, string[]>> {
  const { search: client, signal, output, store, patience } = session;
  const spec = DatasetSpec.fromPartial({ domainSetId, options: { byDomain: true } });
  const { dataset: created } = await client.createDataset({ requestId: "", spec }, { signal });
  let dataset = created;
  for await (const message of client.watchDataset({ id: created?.id ?? "", afterSequence: 0n }, { signal })) {
    dataset = message.dataset;
    const { stage = "", done = 0, total = 0, unit = "" } = dataset?.status?.progress ?? {};
    output.progress(stage || "splitting the corpus", done, total, unit);
  }
  output.settle();
  if (dataset?.status?.failure) throw new CommandError(dataset.status.failure.message);
  const all = Object.entries(dataset?.files ?? {});
  const own = (id: string) =>
    all.filter(([name]) => name.startsWith(`by-domain/${id}/`)).sort(([a], [b]) => (a < b ? -1 : 1));
  await downloadFiles(store, Object.fromEntries(domains.flatMap(({ id }) => own(id))), folder, patience);
  return Object.fromEntries(domains.map(({ id }) => [id, own(id).map(([name]) => name)]));
}

async function countRows(folder: string, names: readonly string[]): Promise<number> {
  let rows = 0;
  for (const name of names) {
    const metadata = await parquetMetadataAsync(await asyncBufferFromFile(join(folder, name)));
    rows += Number(metadata.num_rows);
  }
  return rows;
}

/** The rows of a Parquet file, a row group at a time. */
async function* rowsOf(path: string): AsyncGenerator<{ id: string; text: string }> {
  const file = await asyncBufferFromFile(path);
  const metadata = await parquetMetadataAsync(file);
  let rowStart = 0;
  for (const { num_rows } of metadata.row_groups) {
    const rowEnd = rowStart + Number(num_rows);
    yield* (await parquetReadObjects({ file, metadata, rowStart, rowEnd })) as { id: string; text: string }[];
    rowStart = rowEnd;
  }
}
