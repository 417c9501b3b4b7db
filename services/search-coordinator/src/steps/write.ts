import { readJson } from "@climb/ports";
import { CorpusMap, DomainManifest } from "@climb/proto/clustering/v1/clustering_service";
import type { Artifact } from "@climb/proto/common/v1/artifact";
import { WorkKind } from "@climb/proto/search/v1/search_events";
import { DatasetSpec, type SearchResult } from "@climb/proto/search/v1/search_service";
import { toArtifact } from "@climb/resources";
import type { SearchDomain } from "../core/index.js";
import { viewOf } from "../rpc/view.js";
import { type EventBody, lastEvent, type StepContext } from "./context.js";
import { currentLabels } from "./current-labels.js";
import { mixtureJson } from "./mixture-json.js";
import { runsCsv } from "./runs-csv.js";
import { runsJsonl } from "./runs-jsonl.js";
import { untilFinished } from "./until-finished.js";

/** Writes mixture.json, runs.jsonl, runs.csv and report.html, and the data set if one was asked for. */
export async function writeOutputs(context: StepContext): Promise<EventBody> {
  const { platform, history, pool, state, making } = context;
  const { artifacts } = platform;
  const { search, runs } = viewOf(history);
  const stored = DomainManifest.fromJSON(
    await readJson(artifacts, lastEvent(history, "domainsFound").manifest as Artifact),
  );
  const manifest = { ...stored, domains: currentLabels(stored.domains, search.result?.domains) };
  const map = CorpusMap.fromJSON(manifest.map ? await readJson(artifacts, manifest.map) : {});
  const html = await pool.run("renderReport", { search, runs, manifest, map }, { signal: making.signal });
  const put = (name: string, content: string) =>
    artifacts.put(`search/${state.searchId}/${name}`, Buffer.from(content, "utf8"));
  const files: Record<string, Artifact> = {};
  for (const [name, content] of [
    ["mixture.json", mixtureJson(search, manifest)],
    ["runs.jsonl", runsJsonl(search, runs)],
    ["runs.csv", runsCsv(search, runs)],
    ["report.html", html],
  ] as const) {
    files[name] = toArtifact(await put(name, content));
  }
  return {
    $case: "completed",
    value: { files, datasetId: await writeDatasetOf(context, search.result as SearchResult) },
  };
}

async function writeDatasetOf(context: StepContext, result: SearchResult): Promise<string> {
  const { peers, spec, state, note, making } = context;
  const { signal, report } = making;
  if (!spec.dataset) return "";
  const domains = state.domains as SearchDomain[];
  const { dataset } = await peers.search.createDataset(
    {
      requestId: "",
      spec: DatasetSpec.fromPartial({
        domainSetId: state.domainSetId,
        tokenSetId: state.tokenSetId,
        mixture: domains.map((_, j) => result.domains[j]?.weight ?? 0),
        options: spec.dataset,
        maxRepetition: state.plan.maxRepetition,
        seed: state.plan.seed,
      }),
    },
    { signal },
  );
  const id = dataset?.id ?? "";
  await note({ $case: "workStarted", value: { kind: WorkKind.WORK_KIND_DATASET, id } });
  await untilFinished(
    "writing the data set",
    peers.search.watchDataset({ id, afterSequence: 0n }, { signal }),
    ({ dataset }) => dataset,
    report,
  );
  return id;
}
