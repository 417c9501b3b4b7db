import { ClusteringServiceDefinition } from "@climb/proto/clustering/v1/clustering_service";
import type { JobStatus } from "@climb/proto/common/v1/job";
import type { ResourceMetadata } from "@climb/proto/common/v1/resource";
import { EmbeddingServiceDefinition } from "@climb/proto/embedding/v1/embedding_service";
import { PredictorServiceDefinition } from "@climb/proto/predictor/v1/predictor_service";
import { SearchServiceDefinition } from "@climb/proto/search/v1/search_service";
import { TrainingServiceDefinition } from "@climb/proto/training/v1/training_service";
import type { ServiceDefinition } from "@climb/runtime";
import { Argument } from "commander";
import type { Session } from "./session.js";

/** Which service has a kind of resource, and what its contract calls one and many. */
interface Kind {
  definition: ServiceDefinition;
  one: string;
  many: string;
}

/** What every resource has, whatever it is. */
export interface AnyResource {
  id: string;
  status: JobStatus | undefined;
  metadata: ResourceMetadata | undefined;
}

const KINDS: Record<string, Kind> = {
  search: { definition: SearchServiceDefinition, one: "Search", many: "Searches" },
  dataset: { definition: SearchServiceDefinition, one: "Dataset", many: "Datasets" },
  "embedding-set": { definition: EmbeddingServiceDefinition, one: "EmbeddingSet", many: "EmbeddingSets" },
  "domain-set": { definition: ClusteringServiceDefinition, one: "DomainSet", many: "DomainSets" },
  "duplicate-report": { definition: ClusteringServiceDefinition, one: "DuplicateReport", many: "DuplicateReports" },
  "token-set": { definition: TrainingServiceDefinition, one: "TokenSet", many: "TokenSets" },
  "target-statistics": { definition: TrainingServiceDefinition, one: "TargetStatistics", many: "TargetStatistics" },
  run: { definition: TrainingServiceDefinition, one: "Run", many: "Runs" },
  predictor: { definition: PredictorServiceDefinition, one: "Predictor", many: "Predictors" },
};

/** The argument of commands that work with any kind. */
export function kindArgument(): Argument {
  return new Argument("<kind>", "what it is").choices(Object.keys(KINDS));
}

/** A call that every kind has under the same name: get, list, update or delete. */
export type KindCall = (request: object) => Promise<Record<string, unknown>>;

/** The calls of a kind, and how its resources look as protobuf's JSON. @param kind one of the argument's choices */
export function callsOf({ connect, signal }: Session, kind: string) {
  const { definition, one, many } = KINDS[kind] as Kind;
  const client = connect(definition) as unknown as Record<string, (request: object, options: object) => Promise<never>>;
  const call =
    (name: string): KindCall =>
    async (request) =>
      (await client[name]?.(request, { signal })) ?? {};
  const field = uncapitalised(one);
  const answer = definition.methods[`get${one}`]?.responseType as unknown as {
    toJSON(message: object): Record<string, unknown>;
  };
  return {
    get: async (id: string) => (await call(`get${one}`)({ id }))[field] as AnyResource,
    update: async (request: object) => (await call(`update${one}`)(request))[field] as AnyResource,
    list: async (request: object) => {
      const page = await call(`list${many}`)(request);
      return { items: page[uncapitalised(many)] as AnyResource[], nextPageToken: String(page.nextPageToken) };
    },
    remove: call(`delete${one}`),
    toJSON: (resource: AnyResource) => answer.toJSON({ [field]: resource })[field],
  };
}

function uncapitalised(name: string): string {
  return name.slice(0, 1).toLowerCase() + name.slice(1);
}
