import type { Dirent } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { fileError, isNoFile } from "./file-errors.js";

/**
 * Files under a root by their paths, in the order of the paths' bytes, as object stores list keys. One folder after the
 * other is read, so that no more is in memory than the folders on the way to one file.
 */
export async function* keysUnder(root: string, prefix: string): AsyncGenerator<string> {
  const cut = prefix.lastIndexOf("/") + 1;
  yield* walk(root, prefix.slice(0, cut), prefix.slice(cut));
}

/** @param folder ends with a slash, unless it is the root itself */
async function* walk(root: string, folder: string, begin: string): AsyncGenerator<string> {
  for (const { key, isFolder } of await entriesOf(root, folder, begin)) {
    if (isFolder) yield* walk(root, key, "");
    else yield key;
  }
}

async function entriesOf(root: string, folder: string, begin: string) {
  let entries: Dirent[];
  try {
    entries = await readdir(join(root, folder), { withFileTypes: true });
  } catch (error) {
    // Folders go with the last file in them.
    if (isNoFile(error)) return [];
    throw fileError(error, root, join(root, folder));
  }
  return entries
    .filter((entry) => entry.name.startsWith(begin) && (entry.isDirectory() || entry.isFile()))
    .map((entry) => {
      const isFolder = entry.isDirectory();
      const name = isFolder ? `${entry.name}/` : entry.name;
      // One character a byte: these strings are ordered as the bytes are.
      return { key: folder + name, isFolder, order: Buffer.from(name).toString("latin1") };
    })
    .sort((a, b) => (a.order < b.order ? -1 : 1));
}
