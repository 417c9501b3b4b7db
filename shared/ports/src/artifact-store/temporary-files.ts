import { randomUUID } from "node:crypto";
import { type FileHandle, mkdir, open, readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";

/** Whoever writes a file that was last written so long ago is dead. */
const ABANDONED_MS = 24 * 3600_000;

/** A folder of files that nobody reads before they are whole, and moved to where they belong. */
export interface TemporaryFiles {
  /** A file that `write` has filled. It is gone if that fails. */
  write<T>(write: (handle: FileHandle) => Promise<T>): Promise<{ file: string; result: T }>;
  /** What dead processes left behind is removed. */
  removeAbandoned(): Promise<void>;
}

/** Files that are being written, in a folder that is swept of those left by dead processes. */
export function temporaryFilesIn(folder: string): TemporaryFiles {
  return {
    async write(write) {
      await mkdir(folder, { recursive: true });
      const file = join(folder, randomUUID());
      const handle = await open(file, "wx");
      try {
        const result = await write(handle);
        await handle.close();
        return { file, result };
      } catch (error) {
        await handle.close().catch(() => {});
        await rm(file, { force: true });
        throw error;
      }
    },
    async removeAbandoned() {
      for (const name of await readdir(folder).catch(() => [])) {
        const file = join(folder, name);
        const written = await stat(file).catch(() => undefined);
        if (written && Date.now() - written.mtimeMs > ABANDONED_MS) await rm(file, { force: true }).catch(() => {});
      }
    },
  };
}
