export type { Span } from "@opentelemetry/api";
export { type Authenticator, createAuthenticator } from "./auth/authenticate.js";
export { type AuthConfig, asksWho, authVariables, reflectionOf } from "./auth/config.js";
export {
  type CallerNamed,
  currentCaller,
  currentProject,
  forEverybody,
  forOwner,
  inScope,
  maySee,
} from "./auth/scope.js";
export { tokenFile } from "./auth/token-file.js";
export { type BaseConfig, baseConfig, executionProviders, loadConfig, peerAddress } from "./config.js";
export {
  type ErrorKind,
  type FieldViolation,
  fieldInvalid,
  isUnavailable,
  type OnDiskFull,
  ServiceError,
  systemCode,
  VersionConflictError,
  whyUnreadable,
  writeError,
} from "./errors.js";
export { helpText, readFlags } from "./flags.js";
export { contentId } from "./ids.js";
export { createLifecycle, type Lifecycle } from "./lifecycle.js";
export { type LimitConfig, limitVariables } from "./limits/config.js";
export { type Quota, type Quotas, quotasFile } from "./limits/quotas.js";
export { createLogger, type Logger } from "./logging.js";
export { onceFor } from "./once-for.js";
export { environmentAgent } from "./proxy-agent.js";
export { keepLibrariesQuiet } from "./quiet.js";
export { askEndpoint, badAnswer, type Endpoint, RETRIES, type Retries } from "./remote/ask-endpoint.js";
export { remoteVariables } from "./remote/config.js";
export { endpointFault, type NamedEndpoint } from "./remote/endpoint-fault.js";
export { ANYWHERE, type RemotePolicy } from "./remote/remote-policy.js";
export type { CallOptions } from "./rpc/call.js";
export { type Client, type ClientOptions, createClient } from "./rpc/client.js";
export type { MessageType, ServiceDefinition } from "./rpc/definition.js";
export { type CallContext, type Handlers, implement, type RpcService } from "./rpc/implement.js";
export { type RunningServer, serveRpc } from "./rpc/server.js";
export { type RunServiceOptions, runService } from "./run-service.js";
export { ATTRIBUTES } from "./telemetry/attributes.js";
export { deliveryContext, idsOfDelivery } from "./telemetry/chosen-ids.js";
export { telemetryVariables } from "./telemetry/config.js";
export { contextFromHeaders, currentTraceId, forSearch, traceHeaders } from "./telemetry/context.js";
export type { MetricsServer } from "./telemetry/http.js";
export { withLongSpan } from "./telemetry/long-span.js";
export { count, METRICS, observe, recordSeconds } from "./telemetry/metrics.js";
export { openTelemetry, type TelemetryOptions } from "./telemetry/sdk.js";
export { nameSpan, recordSpan, withSpan } from "./telemetry/span.js";
export { onOff, type TlsConfig, tlsVariables } from "./tls/config.js";
export { expectPrivate, hostOf, isLoopback, openTls, type Tls } from "./tls/open-tls.js";
export { expectTemporaryFolder, expectUsableFolder } from "./usable-folder.js";
export { VERSION } from "./version.js";
export { serveTasks, type TaskContext, type TaskTable } from "./worker-tasks.js";
export { createWorkerPool, type RunOptions, type WorkerPool, workerUrl } from "./workers.js";
