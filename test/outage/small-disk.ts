import { type ChildProcess, spawn } from "node:child_process";
import { createWriteStream } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

/** A file system of its own size, in a mount namespace that lasts as long as a process in it. */
export interface SmallDisk extends AsyncDisposable {
  /** Where it is for programs that `runner` runs. */
  folder: string;
  /** Runs a program that sees it. */
  runner: readonly string[];
  /** Leaves no room on it. */
  fill(): Promise<void>;
  /** Gives the room back. */
  free(): Promise<void>;
}

/** @param folder an empty folder that it is mounted on */
export async function mountSmallDisk(folder: string, sizeBytes: number): Promise<SmallDisk> {
  await mkdir(folder, { recursive: true });
  const script = `mount -t tmpfs -o size=${sizeBytes} tmpfs '${folder}' && echo mounted && exec sleep infinity`;
  const holder = spawn("unshare", ["-rm", "sh", "-c", script], { stdio: ["ignore", "pipe", "inherit"] });
  await mounted(holder);
  // The namespace's view of the folder, from outside it.
  const ballast = join(`/proc/${holder.pid}/root`, folder, "ballast");
  return {
    folder,
    runner: ["nsenter", "--target", String(holder.pid), "--mount", "--user", "--preserve-credentials"],
    async fill() {
      const zeros = function* () {
        for (;;) yield Buffer.alloc(64 * 1024);
      };
      const full = await pipeline(Readable.from(zeros()), createWriteStream(ballast)).catch((error: unknown) => error);
      if ((full as NodeJS.ErrnoException | undefined)?.code !== "ENOSPC") throw full;
    },
    free: () => rm(ballast, { force: true }),
    async [Symbol.asyncDispose]() {
      holder.kill("SIGKILL");
    },
  };
}

function mounted(holder: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    holder.stdout?.once("data", () => resolve());
    holder.once("exit", (code) =>
      reject(new Error(`no file system of its own can be had: unshare ended with ${code}`)),
    );
  });
}
