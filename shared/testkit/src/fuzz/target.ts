import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { temporaryDirectory } from "../temporary-directory.js";

/** A suite in a process of its own, to be asked anything; `await using` ends it. */
export interface FuzzTarget extends AsyncDisposable {
  address: string;
  dataDir: string;
  /** Bytes that it has logged. */
  readonly logBytes: number;
  /** The last thousand characters of its log. */
  readonly lastLog: string;
  /** Resident memory in MiB. */
  rssMb(): number;
  /** Whether it lives. */
  readonly isAlive: boolean;
  /** The exit code or signal that it ended with. */
  readonly end: number | string | undefined;
}

const CLI = fileURLToPath(new URL("../../../../cli/dist/main.js", import.meta.url));
const KEPT_CHARACTERS = 20_000;

/** Starts `climb up` on a free port with an empty data directory; logs as it does by itself. */
export async function startFuzzTarget(): Promise<FuzzTarget> {
  const folder = await temporaryDirectory();
  const dataDir = join(folder.path, "data");
  const child = spawn(process.execPath, [CLI, "--data-dir", dataDir, "--log-level", "info", "up", "--port", "0"], {
    stdio: ["ignore", "pipe", "pipe"],
    // As the images have it, see DECISIONS 83.
    env: { ...process.env, MALLOC_ARENA_MAX: "2" },
  });
  let [logBytes, lastLog] = [0, ""];
  child.stderr.on("data", (chunk: Buffer) => {
    logBytes += chunk.length;
    lastLog = (lastLog + chunk.toString()).slice(-KEPT_CHARACTERS);
  });
  let said = "";
  while (!said.includes("listening on")) {
    const [chunk] = (await Promise.race([once(child.stdout, "data"), once(child, "exit")])) as [Buffer | number];
    if (!Buffer.isBuffer(chunk)) throw new Error(`the suite did not start: ${lastLog}`);
    said += chunk.toString();
  }
  return {
    address: /listening on (\S+),/.exec(said)?.[1] ?? "",
    dataDir,
    get logBytes() {
      return logBytes;
    },
    get lastLog() {
      return lastLog;
    },
    rssMb() {
      if (child.exitCode !== null || child.signalCode !== null) return 0;
      const [, kib = "0"] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, "utf8")) ?? [];
      return Number(kib) / 1024;
    },
    get isAlive() {
      return child.exitCode === null && child.signalCode === null;
    },
    get end() {
      return child.signalCode ?? child.exitCode ?? undefined;
    },
    async [Symbol.asyncDispose]() {
      const ended = once(child, "exit");
      if (child.exitCode === null && child.signalCode === null) {
        child.kill("SIGTERM");
        await ended;
      }
      await folder[Symbol.asyncDispose]();
    },
  };
}
