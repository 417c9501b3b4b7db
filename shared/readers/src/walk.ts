import { type Dirent, readlinkSync } from "node:fs";
import { readdir, realpath, stat } from "node:fs/promises";
import { relative } from "node:path";
import { whyUnreadable } from "@climb/runtime/worker";
import type { InputFile } from "./input-file.js";
import { nativePath, pathOfBytes, readablePath } from "./native-path.js";
import { unreadable } from "./path-fault.js";

/** Folders that hold no documents of their own. */
const SKIPPED_FOLDERS = new Set([".git", ".hg", ".svn"]);
/** Emacs marks a file that it has open by a link to nowhere. */
const EDITOR_LOCK = /^\.#/;
/** The cache of the Hugging Face Hub: a snapshot is links to files beside it. */
const HUB_CACHE = /^(.*\/(datasets|models|spaces)--[^/]+)\/snapshots(\/|$)/;

/**
 * The files below a folder, by name. Links are followed where they lead below the folder or one of the roots, and a file
 * that is reached twice is kept once, by its first name; a link that leads nowhere or elsewhere is a broken file.
 * @param accepts says of a name relative to the folder whether it is wanted
 * @param links folders that links may lead to; with `isClosed` to no others, else also below the folder itself, and from
 *   a snapshot in a cache of the Hugging Face Hub to the files that the cache holds
 * @throws ServiceError PATH_UNREADABLE; the signal's reason
 */
export async function walk(
  folder: string,
  accepts: (name: string) => boolean,
  links: { folders: readonly string[]; isClosed: boolean },
  signal?: AbortSignal,
): Promise<InputFile[]> {
  const home = await realpath(nativePath(folder)).catch((error) => {
    throw unreadable(folder, whyUnreadable(error));
  });
  const own = links.isClosed ? [] : [home, HUB_CACHE.exec(`${home}/`)?.[1] ?? home];
  const given = await Promise.all(links.folders.map((one) => realpath(one).catch(() => one)));
  const allowed = [...given, ...own];
  const linkedFolders = new Set<string>();
  const files: (InputFile & { real: string })[] = [];
  const visit = async (path: string, prefix: string, real: string, above: readonly string[]): Promise<void> => {
    signal?.throwIfAborted();
    const entries = await readdir(nativePath(path), { withFileTypes: true, encoding: "buffer" as never }).catch(
      (error): Dirent[] => {
        throw unreadable(readablePath(path), whyUnreadable(error));
      },
    );
    const named = entries as unknown as Dirent<Buffer>[];
    for (const entry of named.sort((a, b) => Buffer.compare(a.name, b.name))) {
      const bare = pathOfBytes(entry.name);
      const name = prefix + bare;
      const found = { path: `${path.replace(/\/$/, "")}/${bare}`, name: readablePath(name), named: false };
      if (entry.isDirectory()) {
        if (!SKIPPED_FOLDERS.has(bare)) await visit(found.path, `${name}/`, `${real}/${bare}`, [...above, real]);
        continue;
      }
      if (entry.isSymbolicLink()) {
        if (EDITOR_LOCK.test(bare)) continue;
        const target = await targetOf(found.path, allowed);
        if ("fault" in target) {
          const broken = { ...found, sizeBytes: 0, modifiedMs: 0, broken: target.fault, real: found.path };
          if (accepts(found.name)) files.push(broken);
          continue;
        }
        if (target.isDirectory) {
          // A folder within itself is a loop, and one that links lead to twice has been seen.
          if ([...above, real].includes(target.real) || linkedFolders.has(target.real)) continue;
          linkedFolders.add(target.real);
          await visit(found.path, `${name}/`, target.real, [...above, real]);
        } else if (target.isFile && accepts(found.name)) {
          // By the path that it leads to, so that it is known if another path leads there too.
          files.push({ ...found, ...target.info, path: target.real, real: target.real });
        }
        continue;
      }
      if (!entry.isFile() || !accepts(found.name)) continue;
      const { size, mtimeMs } = await statOf(found.path);
      files.push({ ...found, sizeBytes: size, modifiedMs: mtimeMs, real: `${real}/${bare}` });
    }
  };
  await visit(folder, "", home, []);
  const seen = new Set<string>();
  return files
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .filter(({ real }) => !seen.has(real) && seen.add(real))
    .map(({ real: _, ...file }) => file);
}

/** What a link leads to, or why it cannot be followed. */
async function targetOf(path: string, allowed: readonly string[]) {
  try {
    const real = pathOfBytes(await realpath(nativePath(path), "buffer"));
    const info = await stat(nativePath(path));
    if (!allowed.some((root) => isBelow(real, root))) {
      return { fault: `a link to ${readablePath(real)}, outside of what was named; name that too, or copy it here` };
    }
    const { size: sizeBytes, mtimeMs: modifiedMs } = info;
    return { real, isDirectory: info.isDirectory(), isFile: info.isFile(), info: { sizeBytes, modifiedMs } };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === "ELOOP") return { fault: "a link that leads back to itself" };
    const target = readablePath(pathOfBytes(readlinkSync(nativePath(path), "buffer")));
    return { fault: `a link to ${target}, which ${whyUnreadable(error)}` };
  }
}

/** Whether a path is a folder or lies below it; both without links. */
export function isBelow(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way === "" || !/^\.\.(\/|$)/.test(way);
}

/** @throws ServiceError PATH_UNREADABLE */
export async function statOf(path: string) {
  return stat(nativePath(path)).catch((error) => {
    throw unreadable(readablePath(path), whyUnreadable(error));
  });
}
