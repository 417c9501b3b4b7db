import { readFileSync } from "node:fs";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { ServiceError, systemCode } from "./errors.js";

/**
 * Makes this process the only one that uses a data directory. A lock left by a dead process is taken over.
 * @throws ServiceError wrongState DATA_DIR_LOCKED naming the process that has it
 */
export async function lockDataDir(dataDir: string): Promise<{ release(): Promise<void> }> {
  await mkdir(dataDir, { recursive: true });
  const file = join(dataDir, "lock");
  const self = identity(process.pid);
  const release = async () => {
    if ((await ownerOf(file)) === self) await rm(file, { force: true });
  };
  let tookOver = false;
  for (;;) {
    if (await create(file, self)) {
      // Two processes may find the same stale lock, and the slower one removes what the faster one has just written.
      if (tookOver) await pause(SETTLE_MS);
      if (!tookOver || (await ownerOf(file)) === self) return { release };
    }
    // A lock without an owner is being written, unless it stays so.
    const owner = (await ownerOf(file)) || (await pause(SETTLE_MS).then(() => ownerOf(file)));
    const pid = Number(owner.split(" ")[0]);
    if (pid && owner === identity(pid)) {
      const message = `${dataDir} is in use by process ${pid}; stop it, or give another --data-dir`;
      throw new ServiceError("wrongState", "DATA_DIR_LOCKED", message, { path: dataDir, pid: String(pid) });
    }
    // Looked at once more, because by now somebody else may have taken it over.
    if ((await ownerOf(file)) === owner) await rm(file, { force: true });
    tookOver = true;
  }
}

/** Much longer than a process takes from finding a stale lock to writing its own. */
const SETTLE_MS = 200;

/** Writes a lock; false if there is one. */
async function create(file: string, owner: string): Promise<boolean> {
  try {
    await writeFile(file, owner, { flag: "wx" });
    return true;
  } catch (error) {
    if (systemCode(error) === "EEXIST") return false;
    throw error;
  }
}

/** Who holds a lock; "" if there is none, or nobody has signed it. */
async function ownerOf(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    if (systemCode(error) === "ENOENT") return "";
    throw error;
  }
}

/** A process and when it started, so that a number used again by another process is not taken for the owner. */
function identity(pid: number): string {
  try {
    process.kill(pid, 0);
  } catch {
    return "";
  }
  return `${pid} ${startTime(pid)}`;
}

function startTime(pid: number): string {
  try {
    // Field 22 of /proc/<pid>/stat, counted after the command's name, which may hold spaces.
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    return text.slice(text.lastIndexOf(")") + 2).split(" ")[19] ?? "";
  } catch {
    return "";
  }
}
