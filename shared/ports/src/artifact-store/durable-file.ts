import { mkdir, open } from "node:fs/promises";
import { dirname } from "node:path";

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
