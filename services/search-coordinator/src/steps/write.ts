import { readJson } from "@climb/ports";
import { CorpusMap, DomainManifest } from "@climb/proto/clustering/v1/clustering_service";
import type { Artifact } from "@climb/proto/common/v1/artifact";
import { WorkKind } from "@climb/proto/search/v1/search_events";
import { DatasetSpec, type SearchResult } from "@climb/proto/search/v1/search_service";
import { toArtifact } from "@climb/resources";
import { defaultDatasetTokens, mixturesOfParts, overallMixture, type SearchDomain } from "../core/index.js";
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
    value: { files, ...(await writeDatasetsOf(context, search.result as SearchResult)) },
  };
}

/** The data set at the answer's mixture; where the decay has a mixture of its own, one for what is before it and one for it. */
async function writeDatasetsOf(context: StepContext, result: SearchResult) {
  const { spec, state } = context;
  if (!spec.dataset) return { datasetId: "", decayDatasetId: "" };
  const mixture = result.domains.map(({ weight }) => weight);
  const { decayShare = 0, maxRepetition } = state.plan;
  if (decayShare === 0) return { datasetId: await writeDataset(context, { mixture }), decayDatasetId: "" };
  const domains = state.domains as SearchDomain[];
  const overall = overallMixture(mixture, domains).map((weight, j) => ({ weight, tokens: domains[j]?.tokens ?? 0 }));
  const tokens = Number(spec.dataset.tokens) || defaultDatasetTokens(overall, maxRepetition);
  const parts = mixturesOfParts(mixture);
  const optionsOf = (share: number) => ({ ...spec.dataset, tokens: BigInt(Math.round(share * tokens)) });
  const options = optionsOf(1 - decayShare);
  const takenTokens = parts.general.map((weight) => BigInt(Math.round(weight * Number(options.tokens))));
  return {
    datasetId: await writeDataset(context, { mixture: parts.general, options }),
    // The corpus split by domain is with the first.
    decayDatasetId: await writeDataset(context, {
      mixture: parts.decay,
      options: { ...optionsOf(decayShare), byDomain: false },
      takenTokens,
    }),
  };
}

async function writeDataset(
  context: StepContext,
  drawn: Parameters<typeof DatasetSpec.fromPartial>[0],
): Promise<string> {
  const { peers, spec, state, note, making } = context;
  const { signal, report } = making;
  const { dataset } = await peers.search.createDataset(
    {
      requestId: "",
      spec: DatasetSpec.fromPartial({
        domainSetId: state.domainSetId,
        tokenSetId: state.tokenSetId,
        options: spec.dataset,
        maxRepetition: state.plan.maxRepetition,
        seed: state.plan.seed,
        ...drawn,
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
