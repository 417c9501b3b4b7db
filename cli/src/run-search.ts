import { join, resolve } from "node:path";
import { downloadFiles } from "@climb/client";
import type { Search, SearchSpec } from "@climb/proto/search/v1/search_service";
import { CommandError } from "./errors.js";
import { faultLines } from "./fault-lines.js";
import { followSearch } from "./follow-search.js";
import type { Session } from "./session.js";
import { describeResult } from "./show-result.js";
import { withUploads } from "./upload.js";

/** Creates a search (or finds it again), follows it to its end, and copies its files to `out`. */
export async function runSearch(
  session: Session,
  given: SearchSpec,
  out: string | undefined,
  dataDir: string,
): Promise<Search> {
  const { search: client, output, signal } = session;
  const spec = await withUploads(given, session.callerFile);
  const { faults } = await client.validateSearch({ spec }, { signal, timeoutMs: 120_000 });
  if (faults.length > 0) throw new CommandError(faultLines(faults));
  const created = await client.createSearch({ requestId: "", spec }, { signal, timeoutMs: 120_000 });
  const id = created.search?.id ?? "";
  output.say(`search ${id}`);
  const search = await followSearch(client, id, output, signal);
  const folder = resolve(out ?? join(dataDir, "out", id));
  const paths = await writeFiles(session, search, folder);
  if (output.asJson) {
    output.json({ id, out: folder, files: paths, objective: search.result?.objective, origin: search.result?.origin });
  } else {
    for (const line of describeResult(search)) output.say(line);
    output.say("");
    output.say(`written to ${folder}`);
    for (const path of paths) output.say(`  ${path}`);
  }
  return search;
}

/** Copies mixture.json, runs.jsonl, report.html and dataset/ of a finished search into a folder. */
export async function writeFiles(session: Session, search: Search, folder: string): Promise<string[]> {
  const paths = await downloadFiles(session.store, search.result?.files ?? {}, folder, session.patience);
  const datasetId = search.result?.datasetId;
  if (datasetId) {
    const { dataset } = await session.search.getDataset({ id: datasetId }, { signal: session.signal });
    paths.push(
      ...(await downloadFiles(session.store, dataset?.files ?? {}, join(folder, "dataset"), session.patience)),
    );
  }
  return paths;
}
