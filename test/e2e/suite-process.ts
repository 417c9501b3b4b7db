import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { climb } from "./processes.js";

/** The embedded suite as a process of its own, which may be killed at any moment. */
export interface SuiteProcess {
  address: string;
  pid: number;
  /** Ends it; returns what it logged. */
  kill(signal: NodeJS.Signals): Promise<string>;
}

/** Starts `climb up` on a directory. @throws Error with what it said if it ends before it listens */
export async function startSuiteProcess(dataDir: string, env: Record<string, string> = {}): Promise<SuiteProcess> {
  const { child, finished } = climb(["--data-dir", dataDir, "--log-level", "info", "up", "--port", "0"], env);
  const address = await new Promise<string>((resolve, reject) => {
    let said = "";
    child.stdout?.on("data", (chunk: Buffer) => {
      said += chunk.toString();
      const found = /listening on (\S+),/.exec(said)?.[1];
      if (found) resolve(found);
    });
    finished.then(({ stderr }) => reject(new Error(`the suite ended before it listened: ${stderr}`)));
  });
  return {
    address,
    pid: child.pid ?? 0,
    async kill(signal) {
      child.kill(signal);
      return (await finished).stderr;
    },
  };
}

/**
 * Does work on a suite that is killed after each of the given lives and started again. Work that ends between two kills
 * is begun anew in another directory, so that every kill meets work. Returns each directory with its answer and what was
 * logged there in all its lives.
 */
export async function throughKills<T>(options: {
  /** The directories are made in here: 0, 1 … */
  folder: string;
  env?: Record<string, string>;
  /** How long each life lasts, in milliseconds. */
  livesMs: number[];
  /** Asks for the work; resolves when it is done. Called in each life. */
  work: (address: string) => Promise<T>;
}): Promise<{ dataDir: string; result: T; logs: string }[]> {
  const { folder, env, livesMs, work } = options;
  const results: { dataDir: string; result: T; logs: string }[] = [];
  let logs = "";
  for (let kills = 0; ; ) {
    const dataDir = join(folder, String(results.length));
    const suite = await startSuiteProcess(dataDir, env);
    // A killed suite leaves its caller with a broken connection, which is what is wanted.
    const answer = work(suite.address).then(
      (result) => ({ result }),
      (error: unknown) => ({ error }),
    );
    const lifeMs = livesMs[kills];
    const first = await Promise.race([answer, ...(lifeMs === undefined ? [] : [sleep(lifeMs)])]);
    logs += await suite.kill(first ? "SIGTERM" : "SIGKILL");
    if (first && "error" in first) throw first.error;
    if (first) {
      results.push({ dataDir, result: first.result, logs });
      logs = "";
    } else kills++;
    if (first && kills === livesMs.length) return results;
    await answer;
  }
}
