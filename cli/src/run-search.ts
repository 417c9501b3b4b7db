import { join, resolve } from "node:path";
import { downloadFiles } from "@climb/client";
import type { ResourceMetadata } from "@climb/proto/common/v1/resource";
import { type Search, SearchEstimate, type SearchSpec } from "@climb/proto/search/v1/search_service";
import { CommandError } from "./errors.js";
import { faultLines } from "./fault-lines.js";
import { followSearch } from "./follow-search.js";
import type { Session } from "./session.js";
import { describeResult } from "./show-result.js";
import { withUploads } from "./upload.js";

export interface RunSearchOptions {
  /** Where the files go; below `dataDir`, unless given. */
  out: string | undefined;
  dataDir: string;
  /** What is said of the search. */
  metadata?: ResourceMetadata | undefined;
}

/** Creates a search (or finds it again), follows it to its end, and copies its files to `out`. */
export async function runSearch(
  session: Session,
  given: SearchSpec,
  { out, dataDir, metadata }: RunSearchOptions,
): Promise<Search> {
  const { search: client, output, signal } = session;
  const { spec } = await checkedSearch(session, given);
  const created = await client.createSearch({ requestId: "", spec, metadata }, { signal, timeoutMs: 120_000 });
  const id = created.search?.id ?? "";
  output.say(`search ${id}`);
  const search = await followSearch(session, id);
  const folder = resolve(out ?? join(dataDir, "out", id));
  const paths = await writeFiles(session, search, folder);
  if (output.asJson) {
    const { objective, origin, verdict } = search.result ?? {};
    output.json({ id, out: folder, files: paths, objective, origin, verdict: verdict?.sentences });
  } else {
    for (const line of describeResult(search)) output.say(line);
    output.say("");
    output.say(`written to ${folder}`);
    for (const path of paths) output.say(`  ${path}`);
  }
  return search;
}

/**
 * A specification that the suite accepts, with the paths that it knows, and what it would do.
 * @param measure whether what a run takes is tried, which takes seconds
 * @throws CommandError with every fault
 */
export async function checkedSearch(
  { search: client, signal, callerFile }: Session,
  given: SearchSpec,
  { measure = false } = {},
) {
  const spec = await withUploads(given, callerFile);
  const { faults, estimate } = await client.validateSearch({ spec, measure }, { signal, timeoutMs: 240_000 });
  if (faults.length > 0) throw new CommandError(faultLines(faults));
  return { spec, estimate };
}

/** Checks a search without starting it, and tells what it would do and cost. @throws CommandError with every fault */
export async function describeDryRun(session: Session, given: SearchSpec): Promise<void> {
  const { output } = session;
  const { estimate: found } = await checkedSearch(session, given, { measure: true });
  const { runs, tokens, runSeconds, measuredRuns, domains, ...machine } = SearchEstimate.fromPartial(found ?? {});
  if (output.asJson) return output.json(SearchEstimate.toJSON(found ?? SearchEstimate.create()));
  output.say("the search can be started");
  output.say(domains > 0 ? `  domains  ${domains}` : "  domains  not known yet: they are found in the corpus first");
  output.say(
    runs > 0
      ? `  runs     at most ${runs}, and a few more where a baseline breaks the constraints`
      : "  runs     not known: their number follows from the domains and from how much they teach",
  );
  if (runs > 0) output.say(`  tokens   at most ${tokens} trained on in all`);
  output.say(`  time     ${timeOf(runSeconds, measuredRuns)}`);
  output.say(`  memory   ${memoryOf(machine)}`);
  output.say(`  disk     ${diskOf(machine)}`);
}

function timeOf(seconds: number | undefined, measuredRuns: number): string {
  if (seconds === undefined) return "not known: no run of this proxy has finished here yet";
  const by =
    measuredRuns > 0
      ? `by ${measuredRuns} runs of this proxy that finished here`
      : "by a few steps that were tried; evaluation is not counted";
  return `about ${Math.ceil(seconds)} s of training, one run after the other, ${by}`;
}

function memoryOf({ memoryBytes, runsAtOnce }: Pick<SearchEstimate, "memoryBytes" | "runsAtOnce">): string {
  if (memoryBytes === undefined) return "not known: a step of this proxy could not be tried here";
  return `about ${megabytes(memoryBytes)} where it is trained, ${runsAtOnce} runs at once; by a few steps that were tried`;
}

function diskOf({ disk }: Pick<SearchEstimate, "disk">): string {
  const { runBytes = 0n, tokenBytes, textBytesPerToken = 1 } = disk ?? {};
  const runs = `${megabytes(runBytes)} for the weights of all runs`;
  const tokens =
    tokenBytes === undefined
      ? `tokens (4 bytes for ${textBytesPerToken.toFixed(1)} of text) and what the corpus takes, which is not read yet`
      : `${megabytes(tokenBytes)} for tokens`;
  return `about ${runs}, and ${tokens}; the data set comes on top`;
}

function megabytes(bytes: bigint): string {
  return `${Math.max(1, Math.round(Number(bytes) / 1e6))} MB`;
}

/** Copies mixture.json, runs.jsonl, runs.csv, report.html, dataset/ and, where the decay has its own, dataset-decay/ of a finished search into a folder. */
export async function writeFiles(session: Session, search: Search, folder: string): Promise<string[]> {
  const paths = await downloadFiles(session.store, search.result?.files ?? {}, folder, session.patience);
  const { datasetId = "", decayDatasetId = "" } = search.result ?? {};
  for (const [name, id] of Object.entries({ dataset: datasetId, "dataset-decay": decayDatasetId })) {
    if (!id) continue;
    const { dataset } = await session.search.getDataset({ id }, { signal: session.signal });
    paths.push(...(await downloadFiles(session.store, dataset?.files ?? {}, join(folder, name), session.patience)));
  }
  return paths;
}
