import { constants, type Dirent } from "node:fs";
import { access, readdir, stat } from "node:fs/promises";
import { basename, join, relative } from "node:path";
import { expectBelow, expectBucket, type Platform } from "@climb/ports";
import { ServiceError, systemCode } from "@climb/runtime/worker";
import { globMatcher, isGlob } from "./glob.js";
import type { InputFile } from "./input-file.js";
import { isS3, listS3 } from "./s3.js";

/** Folders that hold no documents of their own. */
const SKIPPED_FOLDERS = new Set([".git", ".hg", ".svn"]);
/** Files of records; where there are some, what lies beside them under these names describes the data set and is no document. */
const RECORDS = /\.(parquet|(jsonl|ndjson)(\.gz|\.zst|\.zstd)?)$/i;
const DESCRIPTIONS =
  /(^|\/)(README(\.md)?|LICENSE(\.\w+)?|\.gitattributes|\.gitignore|dataset_(info|infos|dict)\.json|state\.json)$/i;

/**
 * The files behind what the user named: files, directories (walked), globs, and the same in an object store (`s3://`).
 * Sorted by name within each path, by code unit, so that the order is the same on every machine; a file reached twice is
 * kept once. Links inside directories are not followed.
 * @param places where they may lie; anywhere, unless given
 * @throws ServiceError PATH_UNREADABLE, INPUT_EMPTY: the first fault; see {@link tryListFiles} for all
 */
export async function listFiles(paths: readonly string[], places: Places = {}): Promise<InputFile[]> {
  const { files, faults } = await tryListFiles(paths, places);
  const first = faults[0];
  if (first) throw first.error;
  return files;
}

/** Where corpora may lie: below folders, and in buckets; anywhere, unless given. */
export type Places = Partial<Pick<Platform, "corpusRoots" | "corpusBuckets">>;

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
    try {
      for (const file of await expand(path, places)) if (!files.has(file.path)) files.set(file.path, file);
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      faults.push({ index, error });
    }
  }
  return { files: [...files.values()], faults };
}

async function expand(path: string, { corpusRoots: roots, corpusBuckets }: Places): Promise<InputFile[]> {
  if (isS3(path)) {
    expectBucket(path, corpusBuckets);
    const found = await listS3(path);
    return isGlob(path) ? found : withoutDescriptions(found);
  }
  if (/^[a-z0-9]+:\/\//i.test(path)) throw unreadable(path, "is an address, which this server does not read");
  const { folder, pattern } = await literalPart(path);
  if (roots) await expectBelow(folder, roots);
  if (pattern !== "") {
    const found = await walk(folder, globMatcher(pattern));
    if (found.length === 0) throw empty(path, "no file matches this pattern");
    return found;
  }
  const info = await statOf(path);
  if (info.isDirectory()) {
    const found = withoutDescriptions(await walk(path, () => true));
    if (found.length === 0) throw empty(path, "this directory holds no file");
    return found;
  }
  if (!info.isFile()) throw unreadable(path, "is neither a file nor a directory");
  await access(path, constants.R_OK).catch((error) => {
    throw unreadable(path, reasonOf(error));
  });
  if (info.size === 0) throw empty(path, "this file is empty (0 bytes)");
  return [{ path, name: basename(path), sizeBytes: info.size, modifiedMs: info.mtimeMs, named: true }];
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

/** A Hugging Face data-set folder has a card and descriptions beside its Parquet or JSON lines. */
function withoutDescriptions(files: InputFile[]): InputFile[] {
  const isDataSet = files.some(({ name }) => RECORDS.test(name));
  return isDataSet ? files.filter(({ name }) => !DESCRIPTIONS.test(name)) : files;
}

/** @param accepts says of a name relative to the root whether it is wanted */
async function walk(root: string, accepts: (name: string) => boolean): Promise<InputFile[]> {
  await statOf(root);
  const files: InputFile[] = [];
  const visit = async (folder: string): Promise<void> => {
    const entries = await readdir(folder, { withFileTypes: true }).catch((error): Dirent[] => {
      throw unreadable(folder, reasonOf(error));
    });
    for (const entry of entries) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) {
        if (!SKIPPED_FOLDERS.has(entry.name)) await visit(path);
        continue;
      }
      const name = relative(root, path);
      if (!entry.isFile() || !accepts(name)) continue;
      const info = await statOf(path);
      files.push({ path, name, sizeBytes: info.size, modifiedMs: info.mtimeMs, named: false });
    }
  };
  await visit(root);
  return files.sort((a, b) => (a.name < b.name ? -1 : 1));
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

async function statOf(path: string) {
  return stat(path).catch((error) => {
    throw unreadable(path, reasonOf(error));
  });
}

function reasonOf(error: unknown): string {
  const code = systemCode(error);
  if (code === "ENOENT") return "does not exist";
  if (code === "EACCES" || code === "EPERM") return "cannot be read: permission denied";
  if (code === "ENOTDIR") return "does not exist: a part of it is not a directory";
  return `cannot be read: ${error instanceof Error ? error.message : String(error)}`;
}

function unreadable(path: string, what: string): ServiceError {
  const expected =
    "expected a readable file, a directory or a glob, or an s3:// address, as the embedding service sees it";
  return new ServiceError("invalid", "PATH_UNREADABLE", `${path} ${what}; ${expected}`, { path });
}

function empty(path: string, what: string): ServiceError {
  const expected = "expected JSON lines, Parquet, or text, Markdown or code files";
  return new ServiceError("invalid", "INPUT_EMPTY", `${path}: ${what}; ${expected}`, { path });
}
