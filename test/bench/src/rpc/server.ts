import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openEmbeddedPlatform, type Platform } from "@climb/ports";
import { definePredictor } from "@climb/predictor/rpc/predictor";
import type { Tasks } from "@climb/predictor/tasks/worker";
import { Predictor, PredictorServiceDefinition } from "@climb/proto/predictor/v1/predictor_service";
import {
  baseConfig,
  type CallContext,
  createAuthenticator,
  createLifecycle,
  createLogger,
  createWorkerPool,
  implement,
  inScope,
  loadConfig,
  type MessageType,
  openTelemetry,
  openTls,
  serveRpc,
} from "@climb/runtime";
import { Server, ServerCredentials, type ServiceDefinition, type UntypedHandleCall } from "@grpc/grpc-js";
import { type Ports, PROJECT, predictor, TOKEN } from "./messages.js";

// A process of its own for each of the two servers, so that neither has the other's garbage or threads. Behind both are the
// same functions, which read the same stored predictor; what differs is what stands before them.
const [which = "", folder = "", collector = ""] = process.argv.slice(2);
const files = { cert: join(folder, "server.pem"), key: join(folder, "server.key"), ca: join(folder, "ca.pem") };
const tokens = join(folder, "tokens.txt");
const config = loadConfig(baseConfig, {
  CLIMB_TLS_CERT: files.cert,
  CLIMB_TLS_KEY: files.key,
  CLIMB_TLS_CA: files.ca,
  CLIMB_AUTH_TOKENS: tokens,
});
const logger = createLogger({ service: which, level: config.CLIMB_LOG_LEVEL });
const lifecycle = createLifecycle({ logger });
const port = await (which === "bare" ? startBare() : startOurs());
process.send?.({ port } satisfies Ports);

/** What both have behind them. */
async function openPredictors(): Promise<{ platform: Platform; predictors: ReturnType<typeof definePredictor> }> {
  const platform = await openEmbeddedPlatform({ dataDir: join(folder, which), logger, lifecycle });
  await platform.snapshots.put("predictor", predictor.id, {
    index: { state: "SUCCEEDED", owner: PROJECT, labels: {}, createTimeMs: 1 },
    record: Predictor.encode(predictor).finish(),
  });
  const url = new URL(import.meta.resolve("@climb/predictor/tasks/worker"));
  return { platform, predictors: definePredictor(platform, createWorkerPool<Tasks>({ url, size: 1 })) };
}

/** A server of grpc-js with TLS that decodes, calls, and encodes. */
async function startBare(): Promise<number> {
  const { predictors } = await openPredictors();
  const { getPredictor, validatePredictor } = PredictorServiceDefinition.methods;
  const context: CallContext = { signal: new AbortController().signal, peer: "" };
  const handlers: Record<string, (request: never) => Promise<object>> = {
    [getPredictor.name]: predictors.calls.getPredictor,
    [validatePredictor.name]: (request) => predictors.validate(request, context),
  };
  const server = new Server();
  const methods = [getPredictor, validatePredictor].map(({ name, requestType, responseType }) => [
    name,
    {
      path: `/${PredictorServiceDefinition.fullName}/${name}`,
      requestStream: false,
      responseStream: false,
      ...codec(requestType as Codec, "request"),
      ...codec(responseType as Codec, "response"),
    },
  ]);
  const implementation = Object.entries(handlers).map(([name, handle]) => {
    const answer = ({ request }: { request: never }, reply: (error: Error | null, value?: object) => void) =>
      void inScope({ project: PROJECT }, () => handle(request)).then((value) => reply(null, value), reply);
    return [name, answer as unknown as UntypedHandleCall];
  });
  server.addService(Object.fromEntries(methods) as ServiceDefinition, Object.fromEntries(implementation));
  const pair = { private_key: readFileSync(files.key), cert_chain: readFileSync(files.cert) };
  return new Promise((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createSsl(null, [pair]), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
}

type Codec = Pick<MessageType<object>, "encode" | "decode">;

function codec({ encode, decode }: Codec, of: "request" | "response") {
  return {
    [`${of}Serialize`]: (value: object) => Buffer.from(encode(value).finish()),
    [`${of}Deserialize`]: (bytes: Buffer) => decode(bytes),
  };
}

/** Ours, as a service is started: TLS, tokens, limits, rules, audit, traces, metrics and logs. */
async function startOurs(): Promise<number> {
  writeFileSync(tokens, `${createHash("sha256").update(TOKEN).digest("hex")} bench ${PROJECT} editor\n`);
  await openTelemetry(lifecycle, { service: "bench", endpoint: collector });
  const { platform, predictors } = await openPredictors();
  const service = implement(PredictorServiceDefinition, {
    getPredictor: predictors.calls.getPredictor,
    validatePredictor: predictors.validate,
  });
  const server = await serveRpc({
    address: "127.0.0.1:0",
    services: [service],
    credentials: openTls(config, logger).server,
    authenticator: createAuthenticator(config, logger),
    limits: config,
    publishAudit: (event) => platform.events.publish(event),
    logger,
  });
  return server.port;
}
