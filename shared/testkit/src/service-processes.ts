import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { freePort } from "./free-port.js";

const root = fileURLToPath(new URL("../../../", import.meta.url));

/** Each service with the variable by which others find it. */
const SERVICES = {
  embedding: "CLIMB_EMBEDDING_ADDRESS",
  clustering: "CLIMB_CLUSTERING_ADDRESS",
  "proxy-training": "CLIMB_TRAINING_ADDRESS",
  predictor: "CLIMB_PREDICTOR_ADDRESS",
  "search-coordinator": "CLIMB_SEARCH_ADDRESS",
} as const;

export type ServiceName = keyof typeof SERVICES;

/** One service as a process of its own, started from its main. */
export interface ServiceProcess {
  readonly pid: number;
  /** host:port of its gRPC server. */
  readonly address: string;
  /** What it has logged, in all its lives. */
  readonly logs: string;
  signal(signal: NodeJS.Signals): void;
  /** Ends it and waits for its end. */
  end(signal: NodeJS.Signals): Promise<void>;
  /** Starts it again on the same port; resolves when it serves. */
  start(): Promise<void>;
}

/** Processes of the suite, which know each other's addresses; `await using` ends them. */
export interface ServiceProcesses extends AsyncDisposable {
  /** Address of the search coordinator. */
  address: string;
  addressOf(service: ServiceName): string;
  /** What each service logged. */
  logs: Record<string, string>;
  /** The process that answers for a service. */
  of(service: ServiceName): ServiceProcess;
  /** Starts one more process of a service, on a port of its own: a worker, say. */
  add(service: ServiceName, env: Record<string, string>): Promise<ServiceProcess>;
}

/**
 * Starts the five services.
 * @param env variables of all @param own variables of one
 */
export async function startServices(
  env: Record<string, string>,
  own: Partial<Record<ServiceName, Record<string, string>>> = {},
): Promise<ServiceProcesses> {
  const addresses: Record<string, string> = {};
  for (const variable of Object.values(SERVICES)) addresses[variable] = `127.0.0.1:${await freePort()}`;
  const addressOf = (service: ServiceName) => addresses[SERVICES[service]] as string;
  const all: ServiceProcess[] = [];
  const started = new Map<ServiceName, ServiceProcess>();
  const add = async (service: ServiceName, address: string, more: Record<string, string>) => {
    const one = serviceProcess(service, address, { ...addresses, ...env, ...more });
    all.push(one);
    await one.start();
    return one;
  };
  await Promise.all(
    (Object.keys(SERVICES) as ServiceName[]).map(async (service) =>
      started.set(service, await add(service, addressOf(service), own[service] ?? {})),
    ),
  );
  const of = (service: ServiceName) => started.get(service) as ServiceProcess;
  return {
    address: addressOf("search-coordinator"),
    addressOf,
    get logs() {
      return Object.fromEntries([...started].map(([service, { logs }]) => [service, logs]));
    },
    of,
    add: async (service, more) => add(service, `127.0.0.1:${await freePort()}`, more),
    async [Symbol.asyncDispose]() {
      await Promise.all(
        all.map(async (one) => {
          one.signal("SIGCONT");
          await one.end("SIGTERM");
        }),
      );
    },
  };
}

/** No process of a test outlives it. */
const living = new Set<ChildProcess>();
process.once("exit", () => {
  for (const child of living) child.kill("SIGKILL");
});

function serviceProcess(service: ServiceName, address: string, env: Record<string, string>): ServiceProcess {
  let child: ChildProcess | undefined;
  let logs = "";
  const isOver = () => !child || child.exitCode !== null || child.signalCode !== null;
  return {
    get pid() {
      return child?.pid ?? 0;
    },
    address,
    get logs() {
      return logs;
    },
    signal: (signal) => void (isOver() || child?.kill(signal)),
    async end(signal) {
      if (!child || isOver()) return;
      const ended = once(child, "exit");
      child.kill(signal);
      await ended;
    },
    async start() {
      const life = spawn(process.execPath, [`${root}services/${service}/dist/main.js`], {
        env: { ...process.env, ...env, CLIMB_LISTEN: address },
        stdio: ["ignore", "ignore", "pipe"],
      });
      child = life;
      living.add(life);
      life.once("exit", () => living.delete(life));
      const from = logs.length;
      await new Promise<void>((resolve, reject) => {
        life.stderr?.on("data", (chunk: Buffer) => {
          logs += chunk.toString();
          if (logs.slice(from).includes('"msg":"serving"')) resolve();
        });
        life.once("exit", (code) => reject(new Error(`${service} ended with code ${code}: ${logs.slice(from)}`)));
      });
    },
  };
}
