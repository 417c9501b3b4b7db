export { toArtifact } from "./artifacts.js";
export { type Checked, defineResource, type ResourceDefinition, type ResourceKind } from "./define-resource.js";
export { faultsError, fieldFault } from "./faults.js";
export { type Job, type RunJobsOptions, runJobs } from "./jobs.js";
export { joinSuite } from "./join-suite.js";
export { patiently } from "./patience.js";
export { claimRequest } from "./requests.js";
export { createResourceStore, type ResourceStore } from "./resource-store.js";
export type { ShardHost, ShardRequest, ShardWork, ShardWorkDefinition } from "./shards.js";
export {
  ended,
  failureOf,
  isFinal,
  isPermanent,
  isRestartable,
  type LongResource,
  nameOfState,
  pending,
  running,
  wordOfState,
} from "./status.js";
export { storeRoutes } from "./store/routes.js";
export { systemRoutes } from "./system/routes.js";
export type { MakeContext } from "./work.js";
