export { openFileArtifacts } from "./artifacts/file.js";
export { type BaseConfig, baseConfig, loadConfig } from "./config.js";
export { lockDataDir } from "./data-dir-lock.js";
export { type AssignedShard, readAssigned, readDocuments, readTextLines } from "./documents.js";
export { type ErrorKind, type OnDiskFull, ServiceError, systemCode, VersionConflictError } from "./errors.js";
export { createInProcessBus } from "./event-bus/in-process.js";
export { openJetStreamBus } from "./event-bus/jetstream.js";
export { openFileEventLog } from "./event-log/file.js";
export { openJetStreamEventLog } from "./event-log/jetstream.js";
export { contentId } from "./ids.js";
export { openFileJobQueue, type QueueOptions } from "./job-queue/file.js";
export { openJetStreamJobQueue } from "./job-queue/jetstream.js";
export { type Job, type RunJobsOptions, runJobs } from "./jobs.js";
export { createLifecycle, type Lifecycle } from "./lifecycle.js";
export { createLogger, type Logger } from "./logging.js";
export { connectNats, type NatsConnection } from "./nats.js";
export {
  type EmbeddedPlatform,
  openDistributedPlatform,
  openEmbeddedPlatform,
  type Platform,
  QUEUES,
  type QueueName,
} from "./platform.js";
export type {
  ArtifactRef,
  ArtifactStore,
  BusEvent,
  DeadLetter,
  EventBus,
  EventLog,
  JobQueue,
  Lease,
  LogRecord,
} from "./ports.js";
export { cancelResource, watchResource } from "./resource-calls.js";
export {
  announceEnd,
  beginResource,
  type LongResource,
  type MakeContext,
  queueResource,
  runResourceJobs,
} from "./resource-jobs.js";
export { claimRequest, createResourceStore, type ResourceStore } from "./resources.js";
export type { CallOptions } from "./rpc/call.js";
export { type Client, createClient } from "./rpc/client.js";
export type { ServiceDefinition } from "./rpc/definition.js";
export { type CallContext, type Handlers, implement, type RpcService } from "./rpc/implement.js";
export { type RunningServer, serveRpc } from "./rpc/server.js";
export { type RunServiceOptions, runService } from "./run-service.js";
export { type ServiceMain, serviceMain } from "./service-main.js";
export { ended, failureOf, isFinal, isLost, pending, running } from "./status.js";
export { ATTRIBUTES } from "./telemetry/attributes.js";
export { openTelemetry } from "./telemetry/sdk.js";
export { withSpan } from "./telemetry/span.js";
export { serveTasks, type TaskContext } from "./worker-tasks.js";
export { createWorkerPool, type RunOptions, type WorkerPool, workerUrl } from "./workers.js";
