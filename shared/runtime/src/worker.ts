/**
 * What a worker thread needs of this package. The whole package takes a second to load (gRPC, NATS, telemetry), this
 * part some milliseconds: worker modules import "@climb/runtime/worker".
 */
export { type ErrorKind, ServiceError, whyUnreadable } from "./errors.js";
export { contentId } from "./ids.js";
export { inNativeCode } from "./native-code.js";
export { environmentAgent, proxyOf } from "./proxy-agent.js";
export { apiKeyFault } from "./remote/api-key.js";
export { askEndpoint, badAnswer, type Endpoint, RETRIES, type Retries } from "./remote/ask-endpoint.js";
export { ANYWHERE, type RemotePolicy } from "./remote/remote-policy.js";
export { serveTasks, type TaskContext } from "./worker-tasks.js";
