import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openEmbeddedPlatform } from "@climb/ports";
import { predictorConfig, startPredictorService } from "@climb/predictor";
import {
  Predictor,
  PredictorServiceDefinition,
  ValidatePredictorResponse,
} from "@climb/proto/predictor/v1/predictor_service";
import {
  baseConfig,
  createAuthenticator,
  createLifecycle,
  createLogger,
  loadConfig,
  openTelemetry,
  openTls,
  serveRpc,
} from "@climb/runtime";
import { Server, ServerCredentials, type ServiceDefinition, type UntypedHandleCall } from "@grpc/grpc-js";
import { type Ports, PROJECT, predictor, TOKEN } from "./messages.js";

// A process of its own for each of the two servers, so that neither has the other's garbage or threads.
const [which = "", folder = "", collector = ""] = process.argv.slice(2);
const files = { cert: join(folder, "server.pem"), key: join(folder, "server.key"), ca: join(folder, "ca.pem") };
process.send?.(which === "bare" ? await startBare() : await startOurs());

/** A server of grpc-js with TLS that decodes, answers what it has in memory, and encodes. */
async function startBare(): Promise<Ports> {
  const { getPredictor, validatePredictor } = PredictorServiceDefinition.methods;
  const service = Object.fromEntries(
    [getPredictor, validatePredictor].map(({ name, requestType, responseType }) => [
      name,
      {
        path: `/${PredictorServiceDefinition.fullName}/${name}`,
        requestStream: false,
        responseStream: false,
        requestSerialize: (value: never) => Buffer.from(requestType.encode(value).finish()),
        requestDeserialize: (bytes: Buffer) => requestType.decode(bytes),
        responseSerialize: (value: never) => Buffer.from(responseType.encode(value).finish()),
        responseDeserialize: (bytes: Buffer) => responseType.decode(bytes),
      },
    ]),
  ) as unknown as ServiceDefinition;
  const server = new Server();
  const get: UntypedHandleCall = (_: unknown, reply: (error: null, value: object) => void) =>
    reply(null, { predictor });
  const validate: UntypedHandleCall = (_: unknown, reply: (error: null, value: object) => void) =>
    reply(null, ValidatePredictorResponse.create());
  server.addService(service, { [getPredictor.name]: get, [validatePredictor.name]: validate });
  const pair = { private_key: readFileSync(files.key), cert_chain: readFileSync(files.cert) };
  const credentials = ServerCredentials.createSsl(null, [pair]);
  return { port: await bind(server, credentials) };
}

function bind(server: Server, credentials: ServerCredentials): Promise<number> {
  return new Promise((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", credentials, (error, port) => (error ? reject(error) : resolve(port)));
  });
}

/** Ours, as a service is started: TLS, tokens, limits, rules, audit, traces, metrics and logs; its predictor is stored. */
async function startOurs(): Promise<Ports> {
  const tokens = join(folder, "tokens.txt");
  writeFileSync(tokens, `${createHash("sha256").update(TOKEN).digest("hex")} bench ${PROJECT} editor\n`);
  const config = loadConfig(baseConfig, {
    CLIMB_TLS_CERT: files.cert,
    CLIMB_TLS_KEY: files.key,
    CLIMB_TLS_CA: files.ca,
    CLIMB_AUTH_TOKENS: tokens,
  });
  const logger = createLogger({ service: "bench", level: config.CLIMB_LOG_LEVEL });
  const lifecycle = createLifecycle({ logger });
  await openTelemetry(lifecycle, { service: "bench", endpoint: collector });
  const platform = await openEmbeddedPlatform({ dataDir: join(folder, "data"), logger, lifecycle });
  const services = await startPredictorService(platform, loadConfig(predictorConfig, { CLIMB_WORKERS: "1" }));
  await platform.snapshots.put("predictor", predictor.id, {
    index: { state: "SUCCEEDED", owner: PROJECT, labels: {}, createTimeMs: 1 },
    record: Predictor.encode(predictor).finish(),
  });
  const { port } = await serveRpc({
    address: "127.0.0.1:0",
    services,
    credentials: openTls(config, logger).server,
    authenticator: createAuthenticator(config, logger),
    limits: config,
    publishAudit: (event) => platform.events.publish(event),
    logger,
  });
  return { port };
}
