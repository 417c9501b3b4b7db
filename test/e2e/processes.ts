import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { freePort } from "@climb/testkit";

const root = fileURLToPath(new URL("../../", import.meta.url));
const CLI = `${root}cli/dist/main.js`;

export interface Finished {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

/** A process of the command line. */
export interface CliProcess {
  child: ChildProcess;
  finished: Promise<Finished>;
}

/** Runs the command line as its own process. */
export function climb(args: string[], env: Record<string, string> = {}): CliProcess {
  const child = spawn(process.execPath, [CLI, ...args], {
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let [stdout, stderr] = ["", ""];
  child.stdout?.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr?.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  const finished = new Promise<Finished>((resolve) => {
    child.once("close", (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
  return { child, finished };
}

const SERVICES = {
  embedding: "CLIMB_EMBEDDING_ADDRESS",
  clustering: "CLIMB_CLUSTERING_ADDRESS",
  "proxy-training": "CLIMB_TRAINING_ADDRESS",
  predictor: "CLIMB_PREDICTOR_ADDRESS",
  "search-coordinator": "CLIMB_SEARCH_ADDRESS",
} as const;

/** The five services, each an own process started from its own main. */
export interface ServiceProcesses extends AsyncDisposable {
  /** Address of the search coordinator. */
  address: string;
  /** What each service logged. */
  logs: Record<string, string>;
}

export async function startServices(env: Record<string, string>): Promise<ServiceProcesses> {
  const addresses: Record<string, string> = {};
  for (const variable of Object.values(SERVICES)) addresses[variable] = `127.0.0.1:${await freePort()}`;
  const logs: Record<string, string> = {};
  const children = Object.entries(SERVICES).map(([name, variable]) => {
    const child = spawn(process.execPath, [`${root}services/${name}/dist/main.js`], {
      env: { ...process.env, ...addresses, ...env, CLIMB_LISTEN: addresses[variable] },
      stdio: ["ignore", "ignore", "pipe"],
    });
    logs[name] = "";
    const serving = new Promise<void>((resolve, reject) => {
      child.stderr?.on("data", (chunk: Buffer) => {
        logs[name] += chunk.toString();
        if (logs[name]?.includes('"msg":"serving"')) resolve();
      });
      child.once("exit", (code) => reject(new Error(`${name} ended with code ${code}: ${logs[name]}`)));
    });
    return { child, serving };
  });
  await Promise.all(children.map(({ serving }) => serving));
  return {
    address: addresses.CLIMB_SEARCH_ADDRESS as string,
    logs,
    async [Symbol.asyncDispose]() {
      await Promise.all(
        children.map(async ({ child }) => {
          const ended = new Promise((resolve) => child.once("exit", resolve));
          if (child.exitCode !== null || child.signalCode !== null) return;
          child.kill("SIGTERM");
          await ended;
        }),
      );
    },
  };
}
