import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ClusteringServiceDefinition } from "@climb/proto/clustering/v1/clustering_service";
import { EmbeddingServiceDefinition } from "@climb/proto/embedding/v1/embedding_service";
import { PredictorServiceDefinition } from "@climb/proto/predictor/v1/predictor_service";
import { SearchServiceDefinition } from "@climb/proto/search/v1/search_service";
import { TrainingServiceDefinition } from "@climb/proto/training/v1/training_service";
import { createClient } from "@climb/runtime";
import { writeSmallSearch } from "../small-search.js";
import { temporaryDirectory } from "../temporary-directory.js";
import type { Samples } from "./valid-message.js";

const CLI = fileURLToPath(new URL("../../../../cli/dist/main.js", import.meta.url));
const PAGE = { pageSize: 20, pageToken: "", filter: undefined };

/**
 * Makes a small search, so that calls find resources of nearly every kind.
 * @returns ids and addresses of what is there, and of what is not
 */
export async function seedResources(address: string): Promise<Samples> {
  await using folder = await temporaryDirectory();
  const file = writeSmallSearch(folder.path, 2000);
  const args = ["--address", address, "--data-dir", join(folder.path, "data"), "run", file];
  const child = spawn(process.execPath, [CLI, ...args], { stdio: ["ignore", "ignore", "pipe"] });
  let said = "";
  child.stderr.on("data", (chunk: Buffer) => (said = (said + chunk.toString()).slice(-2000)));
  const [code] = (await once(child, "exit")) as [number | null];
  if (code !== 0) throw new Error(`the search to begin with ended with ${code}: ${said}`);

  const clients = {
    embedding: createClient(EmbeddingServiceDefinition, address),
    clustering: createClient(ClusteringServiceDefinition, address),
    training: createClient(TrainingServiceDefinition, address),
    predictor: createClient(PredictorServiceDefinition, address),
    search: createClient(SearchServiceDefinition, address),
  };
  const { embeddingSets } = await clients.embedding.listEmbeddingSets(PAGE);
  const { domainSets } = await clients.clustering.listDomainSets(PAGE);
  const { tokenSets } = await clients.training.listTokenSets(PAGE);
  const { targetStatistics } = await clients.training.listTargetStatistics(PAGE);
  const { runs } = await clients.training.listRuns(PAGE);
  const { predictors } = await clients.predictor.listPredictors(PAGE);
  const { searches } = await clients.search.listSearches(PAGE);
  for (const client of Object.values(clients)) client.close();

  const made = [
    ...embeddingSets,
    ...domainSets,
    ...tokenSets,
    ...targetStatistics,
    ...predictors,
    ...searches,
    ...runs,
  ];
  const manifests = [...embeddingSets, ...domainSets, ...tokenSets].map(({ manifest }) => manifest?.uri ?? "");
  const weights = runs.map((run) => run.weights?.uri ?? "");
  return {
    ids: made.map(({ id }) => id),
    unknownIds: ["nobody", "__proto__", "constructor"],
    uris: ["", "nowhere", `climb://sha256/${"0".repeat(64)}`, "climb://replaced/1", ...manifests, ...weights],
  };
}
