import { type Patience, patientClient } from "@climb/client";
import { SearchServiceDefinition } from "@climb/proto/search/v1/search_service";
import { StoreServiceDefinition } from "@climb/proto/store/v1/store_service";
import {
  type Client,
  type ClientOptions,
  createClient,
  createLifecycle,
  createLogger,
  inScope,
  loadConfig,
  openTelemetry,
  openTls,
  type ServiceDefinition,
  telemetryVariables,
  tokenFile,
  withSpan,
} from "@climb/runtime";
import { z } from "zod";
import { CommandError, EXIT } from "./errors.js";
import { createOutput, type Output } from "./output.js";
import { startSuite } from "./suite.js";
import { uploadCallersFile } from "./upload.js";

/** Options that every command has. */
export interface GlobalOptions {
  dataDir: string;
  address?: string;
  json?: boolean;
  logLevel: string;
  /** Files for a suite elsewhere: whom to trust, who we are. */
  tlsCa?: string;
  tlsCert?: string;
  tlsKey?: string;
  tokenFile?: string;
  /** The project to act for, for who may act for any. */
  project?: string;
  /** Seconds that what is away is waited for. */
  patience: number;
}

/** What a command works with: a suite, here or elsewhere, and the terminal. */
export interface Session {
  output: Output;
  search: Client<typeof SearchServiceDefinition>;
  store: Client<typeof StoreServiceDefinition>;
  connect<D extends ServiceDefinition>(definition: D): Client<D>;
  /** What a request says of a file on this machine: its path to a suite in this process, else where it was uploaded to. */
  callerFile(path: string): Promise<string>;
  /** Fires on Ctrl-C, and when the disk is full. */
  signal: AbortSignal;
  /** How what is away is waited for, until the signal fires. */
  patience: Patience;
}

/**
 * Runs a command against the suite at --address, or against an embedded one that lives as long as the command.
 * On Ctrl-C the command stops; an embedded suite closes in order, and the same command goes on where it stopped.
 */
export async function withSession(options: GlobalOptions, command: (session: Session) => Promise<void>): Promise<void> {
  const lifecycle = createLifecycle();
  const telemetry = loadConfig(z.object(telemetryVariables), process.env);
  await openTelemetry(lifecycle, {
    service: "climb",
    endpoint: telemetry.OTEL_EXPORTER_OTLP_ENDPOINT,
    traceRatio: telemetry.OTEL_TRACES_SAMPLER_ARG,
    spanLimitMs: telemetry.CLIMB_SPAN_LIMIT_MS,
  });
  const interrupted = new AbortController();
  const interrupt = () => interrupted.abort();
  process.once("SIGINT", interrupt);
  process.once("SIGTERM", interrupt);
  const patienceMs = 1000 * options.patience;
  const suite = options.address
    ? undefined
    : await startSuite({
        dataDir: options.dataDir,
        port: 0,
        logLevel: options.logLevel,
        patienceMs,
        onDiskFull: ({ message }) =>
          interrupted.abort(new CommandError(`${message}; the same command goes on once there is room`, EXIT.failed)),
      });
  const address = options.address ?? suite?.address ?? "";
  const access = suite ? { token: suite.token } : accessTo(options);
  const { signal } = interrupted;
  const output = createOutput({ json: options.json ?? false, stderr: process.stderr, stdout: process.stdout });
  const patience: Patience = { patienceMs, signal, onWait: output.wait };
  const connect = <D extends ServiceDefinition>(definition: D): Client<D> => {
    const client = createClient(definition, address, access);
    lifecycle.onClose(definition.name, client.close);
    return patientClient(definition, client, patience);
  };
  try {
    // The root of the trace: everything that the command asks for, in whatever process, is below it.
    await withSpan("climb", {}, async () => {
      const store = connect(StoreServiceDefinition);
      const callerFile = async (path: string) => (suite ? path : uploadCallersFile(store, path, output, patience));
      const search = connect(SearchServiceDefinition);
      const session = { output, search, store, connect, callerFile, signal, patience };
      await (options.project ? inScope({ project: options.project }, () => command(session)) : command(session));
    });
  } finally {
    output.settle();
    process.off("SIGINT", interrupt);
    process.off("SIGTERM", interrupt);
    await suite?.close();
    await lifecycle.close();
  }
}

/** How a suite elsewhere is called. @throws ServiceError invalid FIELD_INVALID for files that cannot be used */
function accessTo({ tlsCa, tlsCert, tlsKey, tokenFile: path, logLevel }: GlobalOptions): ClientOptions {
  const logger = createLogger({ service: "climb", level: logLevel });
  const config = { CLIMB_TLS_CA: tlsCa, CLIMB_TLS_CERT: tlsCert, CLIMB_TLS_KEY: tlsKey };
  return {
    credentials: openTls(config, logger).client,
    token: path ? tokenFile(path, logger) : undefined,
    insecure: process.env.CLIMB_INSECURE === "true",
    proxied: true,
  };
}
