import { type ChildProcess, execFile, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { freePort } from "./free-port.js";

const run = promisify(execFile);

/** A real nats-server with JetStream on a port of its own; `await using` ends it. */
export interface NatsServer extends AsyncDisposable {
  url: string;
  /** Ends the server as a crash would, keeping its storage. */
  kill(): Promise<void>;
  /** Starts it again on the same port and storage. */
  restart(): Promise<void>;
  /** Sends it a signal: SIGSTOP freezes it. */
  signal(signal: NodeJS.Signals): void;
}

export interface NatsServerOptions {
  /** What runs the program, for example "nsenter" with its arguments. */
  runner?: readonly string[];
  /** A folder for its streams; a temporary one, unless given. */
  storage?: string;
  /** Port of its monitoring by HTTP; none, unless given. */
  monitoringPort?: number;
  /** Further arguments, for example "--tls". */
  args?: readonly string[];
}

export async function startNatsServer(options: NatsServerOptions = {}): Promise<NatsServer> {
  const [program = "", ...before] = [...(options.runner ?? []), await natsServerProgram()];
  const storage = options.storage ?? (await mkdtemp(join(tmpdir(), "climb-nats-")));
  const port = await freePort();
  const monitoring = options.monitoringPort ? ["-m", String(options.monitoringPort)] : [];
  let child: ChildProcess;
  const killAtExit = () => child.kill("SIGKILL");
  process.once("exit", killAtExit);
  const start = async () => {
    const listening = ["-a", "127.0.0.1", "-p", String(port), "-js", "-sd", storage, ...monitoring];
    child = spawn(program, [...before, ...listening, ...(options.args ?? [])], { stdio: ["ignore", "ignore", "pipe"] });
    await ready(child);
  };
  const kill = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGKILL");
    await ended;
  };
  await start();
  return {
    url: `nats://127.0.0.1:${port}`,
    kill,
    restart: start,
    signal: (signal) => void child.kill(signal),
    async [Symbol.asyncDispose]() {
      process.off("exit", killAtExit);
      await kill();
      if (!options.storage) await rm(storage, { recursive: true, force: true });
    },
  };
}

function ready(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = "";
    child.stderr?.on("data", (chunk: Buffer) => {
      said += chunk.toString();
      if (said.includes("Server is ready")) resolve();
    });
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`nats-server ended with code ${code}: ${said}`)));
  });
}

let found: Promise<string> | undefined;

/** The nats-server program: CLIMB_NATS_SERVER, PATH, or Debian's package unpacked into a cache, in this order. */
export function natsServerProgram(): Promise<string> {
  found ??= find();
  return found;
}

async function find(): Promise<string> {
  const named = process.env.CLIMB_NATS_SERVER;
  if (named) {
    if (existsSync(named)) return named;
    throw new Error(`CLIMB_NATS_SERVER is ${named}, which does not exist; expected the nats-server program`);
  }
  for (const folder of (process.env.PATH ?? "").split(":")) {
    const program = join(folder, "nats-server");
    if (folder && existsSync(program)) return program;
  }
  const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "climb", "nats-server");
  const program = join(cache, "usr", "sbin", "nats-server");
  if (!existsSync(program)) await unpackDebianPackage(cache);
  return program;
}

/** Downloads and unpacks Debian's package without root. Safe when several test files do it at once: the first rename wins. */
async function unpackDebianPackage(cache: string): Promise<void> {
  // Beside the cache and not in the temporary folder, so that the rename at the end never crosses file systems.
  await mkdir(dirname(cache), { recursive: true });
  const folder = await mkdtemp(join(dirname(cache), "nats-package-"));
  try {
    try {
      await run("apt-get", ["download", "nats-server"], { cwd: folder });
    } catch {
      await downloadWithFreshLists(folder);
    }
    const [archive] = (await readdir(folder)).filter((name) => name.endsWith(".deb"));
    await run("dpkg", ["-x", archive ?? "nats-server.deb", "unpacked"], { cwd: folder });
    await rename(join(folder, "unpacked"), cache).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "ENOTEMPTY" && error.code !== "EEXIST") throw error;
    });
  } catch (error) {
    throw new Error(
      `there is no nats-server: install it (Debian: apt-get install nats-server) or name the program in CLIMB_NATS_SERVER. ${(error as Error).message}`,
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The machine's package lists may be missing or old; lists of our own need no root. */
async function downloadWithFreshLists(folder: string): Promise<void> {
  const state = join(folder, "apt");
  await mkdir(join(state, "lists", "partial"), { recursive: true });
  await writeFile(join(state, "status"), "");
  const options = [
    "-o",
    `Dir::State::Lists=${join(state, "lists")}`,
    "-o",
    `Dir::State::status=${join(state, "status")}`,
  ];
  await run("apt-get", [...options, "update"], { cwd: folder });
  await run("apt-get", [...options, "download", "nats-server"], { cwd: folder });
}
