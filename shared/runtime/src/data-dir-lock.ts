import { readFileSync } from "node:fs";
import { mkdir, open, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { ServiceError, systemCode } from "./errors.js";

/**
 * Makes this process the only one that uses a data directory. A lock left by a dead process is taken over.
 * @throws ServiceError wrongState DATA_DIR_LOCKED naming the process that has it
 */
export async function lockDataDir(dataDir: string): Promise<{ release(): Promise<void> }> {
  await mkdir(dataDir, { recursive: true });
  const file = join(dataDir, "lock");
  for (let attempt = 0; ; attempt++) {
    try {
      const handle = await open(file, "wx");
      await handle.writeFile(identity(process.pid));
      await handle.close();
      return { release: () => rm(file, { force: true }) };
    } catch (error) {
      if (systemCode(error) !== "EEXIST") throw error;
    }
    const owner = await readFile(file, "utf8").catch(() => "");
    const pid = Number(owner.split(" ")[0]);
    if (attempt < 2 && (!pid || owner !== identity(pid))) {
      await rm(file, { force: true });
      continue;
    }
    const message = `${dataDir} is in use by process ${pid}; stop it, or give another --data-dir`;
    throw new ServiceError("wrongState", "DATA_DIR_LOCKED", message, { path: dataDir, pid: String(pid) });
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
