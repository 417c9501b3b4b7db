import { type FileHandle, mkdir, open } from "node:fs/promises";
import { dirname } from "node:path";
import { type OnDiskFull, writeError } from "./errors.js";

/** A file that only grows. */
export interface AppendFile {
  /**
   * Adds bytes and resolves when they are on the disk; one call at a time. What failed leaves nothing behind: a torn
   * frame in the middle would hide every later one from whoever reads the file again.
   * @throws ServiceError exhausted DISK_FULL
   */
  append(bytes: Uint8Array): Promise<void>;
  close(): Promise<void>;
}

/** Opens a file for appending, and creates it and its folder if need be. */
export async function openAppendFile(file: string, onDiskFull?: OnDiskFull): Promise<AppendFile> {
  let handle: FileHandle;
  try {
    await makeFolder(dirname(file));
    handle = await open(file, "a");
    await syncFolder(dirname(file));
  } catch (error) {
    throw writeError(error, file, onDiskFull);
  }
  let end = (await handle.stat()).size;
  let torn = false;
  return {
    async append(bytes) {
      try {
        if (torn) await handle.truncate(end);
        torn = true;
        await handle.appendFile(bytes);
        await handle.datasync();
        torn = false;
        end += bytes.byteLength;
      } catch (error) {
        // At once, for a process that ends now; and again before the next append, if the disk refuses even this.
        await handle.truncate(end).catch(() => {});
        throw writeError(error, file, onDiskFull);
      }
    },
    close: () => handle.close(),
  };
}

/** Makes a new or renamed file's name survive a power cut, as fsync of the file alone does not. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Creates a folder and those above it, so that they survive a power cut. */
export async function makeFolder(folder: string): Promise<void> {
  const first = await mkdir(folder, { recursive: true });
  if (first === undefined) return;
  const top = dirname(first);
  for (let path = folder; path !== top; path = dirname(path)) await syncFolder(dirname(path));
}
