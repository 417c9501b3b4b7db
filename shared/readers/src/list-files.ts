import { constants } from "node:fs";
import { access } from "node:fs/promises";
import { basename, resolve } from "node:path";
import { expectBelow, expectBucket, type Platform } from "@climb/ports";
import { ServiceError, whyUnreadable } from "@climb/runtime/worker";
import { corpusFiles } from "./data-set-files.js";
import { globMatcher, isGlob } from "./glob.js";
import type { InputFile } from "./input-file.js";
import { empty, unreadable } from "./path-fault.js";
import { isS3, listS3 } from "./s3.js";
import { statOf, walk } from "./walk.js";

/**
 * The files behind what the user named: files, directories (walked), globs, and the same in an object store (`s3://`).
 * An upload is a file by its URI. Sorted by name within each path, by code unit, so that the order is the same on every machine; a file reached twice is
 * kept once. Links inside directories are followed while they stay below what was named.
 * @param places where they may lie; anywhere, unless given
 * @throws ServiceError PATH_UNREADABLE, INPUT_EMPTY: the first fault; see {@link tryListFiles} for all
 */
export async function listFiles(paths: readonly string[], places: Places = {}): Promise<InputFile[]> {
  const { files, faults } = await tryListFiles(paths, places);
  const first = faults[0];
  if (first) throw first.error;
  return files;
}

/**
 * Where corpora may lie: below folders, and in buckets; anywhere, unless given. Uploads are among them where files of callers are.
 * Who named them may stop waiting: a large folder takes long.
 */
export type Places = Partial<Pick<Platform, "corpusRoots" | "corpusBuckets" | "callerFile" | "signal">>;

/** A fault of `paths[index]`. */
export interface PathFault {
  index: number;
  error: ServiceError;
}

/** Like {@link listFiles}, with every fault instead of the first. */
export async function tryListFiles(
  paths: readonly string[],
  places: Places = {},
): Promise<{ files: InputFile[]; faults: PathFault[] }> {
  const files = new Map<string, InputFile>();
  const faults: PathFault[] = [];
  for (const [index, path] of paths.entries()) {
    places.signal?.throwIfAborted();
    try {
      for (const file of await expand(path, places, paths)) if (!files.has(file.path)) files.set(file.path, file);
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      faults.push({ index, error });
    }
  }
  return { files: [...files.values()], faults };
}

async function expand(
  path: string,
  { corpusRoots: roots, corpusBuckets, callerFile, signal }: Places,
  named: readonly string[],
): Promise<InputFile[]> {
  if (isS3(path)) {
    expectBucket(path, corpusBuckets);
    const found = await listS3(path);
    return isGlob(path) ? found : corpusFiles(found);
  }
  if (callerFile && path.startsWith("climb://")) return [await uploaded(path, await callerFile(path))];
  if (/^[a-z0-9]+:\/\//i.test(path)) throw unreadable(path, "is an address, which this server does not read");
  const { folder, pattern } = await literalPart(path);
  if (roots) await expectBelow(folder, roots);
  // Where the operator names no folders, those that the user named are where links may lead.
  const linked = { folders: roots ?? (await foldersOf(named)), isClosed: roots !== undefined };
  if (pattern !== "") {
    const found = await walk(folder, globMatcher(pattern), linked, signal);
    if (found.length === 0) throw empty(path, "no file matches this pattern");
    return found;
  }
  const info = await statOf(path);
  if (info.isDirectory()) {
    const found = corpusFiles(await walk(path, () => true, linked, signal));
    if (found.length === 0) throw empty(path, "this directory holds no file");
    return found;
  }
  if (!info.isFile()) throw unreadable(path, "is neither a file nor a directory");
  await access(path, constants.R_OK).catch((error) => {
    throw unreadable(path, whyUnreadable(error));
  });
  if (info.size === 0) throw empty(path, "this file is empty (0 bytes)");
  return [{ path, name: basename(path), sizeBytes: info.size, modifiedMs: info.mtimeMs, named: true }];
}

/** An upload never changes, whenever and wherever it is looked at. @param path where it is here */
async function uploaded(upload: string, path: string): Promise<InputFile> {
  const { size: sizeBytes } = await statOf(path);
  return { path, upload, name: basename(upload), sizeBytes, modifiedMs: 0, named: true };
}

/** The folder that a glob begins from, and the rest. A name that is there as it is written is no wildcard. */
async function literalPart(path: string): Promise<{ folder: string; pattern: string }> {
  const names = path.split("/");
  for (const [at, name] of names.entries()) {
    if (!isGlob(name) || (await exists(names.slice(0, at + 1).join("/")))) continue;
    const folder = names.slice(0, at).join("/") || (path.startsWith("/") ? "/" : ".");
    return { folder, pattern: names.slice(at).join("/") };
  }
  return { folder: path, pattern: "" };
}

/** The folders among the paths that a user named, those of patterns too. */
async function foldersOf(paths: readonly string[]): Promise<string[]> {
  const local = paths.filter((path) => !path.includes("://"));
  return Promise.all(local.map(async (path) => resolve((await literalPart(path)).folder)));
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
