import type { ServiceDefinition } from "./definition.js";

/**
 * The gRPC service config of a client: spreads calls over all addresses of a name, and repeats a call for some seconds
 * when nobody answers. Only calls that the contract marks as idempotent and that answer once are repeated: a stream may
 * have been read in part.
 */
export function serviceConfig(service: ServiceDefinition): string {
  const repeatable = Object.values(service.methods).filter(
    ({ options, responseStream, requestStream }) =>
      !responseStream &&
      !requestStream &&
      (options.idempotencyLevel === "NO_SIDE_EFFECTS" || options.idempotencyLevel === "IDEMPOTENT"),
  );
  const retried = {
    name: repeatable.map(({ name }) => ({ service: service.fullName, method: name })),
    retryPolicy: {
      maxAttempts: 5, // the most that grpc-js allows
      initialBackoff: "0.1s",
      maxBackoff: "2s",
      backoffMultiplier: 3,
      retryableStatusCodes: ["UNAVAILABLE"],
    },
  };
  return JSON.stringify({
    loadBalancingConfig: [{ round_robin: {} }],
    methodConfig: repeatable.length > 0 ? [retried] : [],
  });
}
