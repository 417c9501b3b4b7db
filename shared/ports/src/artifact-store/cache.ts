import { mkdir, readdir, rename, rm, stat, utimes } from "node:fs/promises";
import { join } from "node:path";
import { type OnDiskFull, systemCode, writeError } from "@climb/runtime";
import { createFileDigests, writeContent } from "./digests.js";
import { temporaryFilesIn } from "./temporary-files.js";

/** A file may be opened by its readers for so long after it was asked for. */
const IN_USE_MS = 3600_000;
/** Access times are written no more often than this. */
const ACCESS_MS = 60_000;
/** What other processes add is counted at least this often. */
const COUNT_MS = 60_000;

/** A download that has begun. */
export interface Download {
  sizeBytes: number;
  bytes: AsyncIterable<Uint8Array>;
}

/** Local copies of remote contents in a folder of bounded size, which processes may share. */
export interface ContentCache {
  /**
   * The file of a content, downloaded if it is not there. Those who ask for one content at once share a download.
   * @param name its digest, or another name that no other content has
   * @param sha256 undefined if it is not known: then what another process downloaded cannot be checked, nor used
   * @returns undefined if `download` does; a file with another digest than the one asked for is not kept
   */
  file(
    name: string,
    sha256: string | undefined,
    download: () => Promise<Download | undefined>,
  ): Promise<{ file: string; sha256: string } | undefined>;
}

/** Opens a cache; what is in the folder already is used, and counts. */
export function openContentCache(options: {
  folder: string;
  maxBytes: number;
  onDiskFull?: OnDiskFull | undefined;
}): ContentCache {
  const { folder, maxBytes, onDiskFull } = options;
  const files = join(folder, "contents");
  const temporary = temporaryFilesIn(join(folder, "tmp"));
  void temporary.removeAbandoned();
  const digests = createFileDigests();
  const running = new Map<string, Promise<{ file: string; sha256: string } | undefined>>();
  /** Files whose digest nobody else knows, and this process has found out. */
  const own = new Map<string, string>();
  let storedBytes = 0;
  let countedMs = Number.NEGATIVE_INFINITY;
  let arrivingBytes = 0;

  const entries = async () => {
    const found: { file: string; sizeBytes: number; usedMs: number }[] = [];
    for (const name of await readdir(files).catch(() => [])) {
      const file = join(files, name);
      const { size, atimeMs } = (await stat(file).catch(() => undefined)) ?? {};
      if (size !== undefined && atimeMs !== undefined) found.push({ file, sizeBytes: size, usedMs: atimeMs });
    }
    return found.sort((a, b) => a.usedMs - b.usedMs);
  };
  /** Makes room for what is on its way. Files in use stay, as long as no more than twice the bound lies here. */
  const makeRoom = async () => {
    if (storedBytes + arrivingBytes <= maxBytes && Date.now() - countedMs < COUNT_MS) return;
    countedMs = Date.now();
    const found = await entries();
    let bytes = found.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0) + arrivingBytes;
    for (const { file, sizeBytes, usedMs } of found) {
      const bound = Date.now() - usedMs < IN_USE_MS ? 2 * maxBytes : maxBytes;
      if (bytes <= bound) break;
      await rm(file, { force: true });
      bytes -= sizeBytes;
    }
    storedBytes = bytes - arrivingBytes;
  };

  const kept = async (name: string, expected: string | undefined) => {
    const file = join(files, name);
    try {
      const sha256 = await digests.of(file);
      // A power cut may have left anything, and whoever cannot tell downloads it again.
      if (sha256 !== (expected ?? own.get(name))) return undefined;
      const { atimeMs, mtimeMs } = await stat(file);
      // The time of the last change stays: digests are remembered by it.
      if (Date.now() - atimeMs > ACCESS_MS) await utimes(file, Date.now() / 1000, mtimeMs / 1000);
      return { file, sha256 };
    } catch (error) {
      if (systemCode(error) === "ENOENT") return undefined;
      throw error;
    }
  };
  const fetched = async (name: string, expected: string | undefined, { sizeBytes, bytes }: Download) => {
    arrivingBytes += sizeBytes;
    try {
      await makeRoom();
      const { file: half, result } = await temporary.write((handle) => writeContent(handle, bytes));
      const file = join(files, name);
      if (expected && result.sha256 !== expected) {
        await rm(half, { force: true });
        return { file, sha256: result.sha256 };
      }
      await mkdir(files, { recursive: true });
      // A whole second is the same number however it is written.
      await utimes(half, Date.now() / 1000, Math.floor(Date.now() / 1000));
      await rename(half, file);
      await digests.learn(file, result.sha256);
      if (!expected) own.set(name, result.sha256);
      storedBytes += result.sizeBytes;
      return { file, sha256: result.sha256 };
    } catch (error) {
      throw writeError(error, join(files, name), onDiskFull);
    } finally {
      arrivingBytes -= sizeBytes;
    }
  };
  return {
    file(name, sha256, download) {
      const started = running.get(name);
      if (started) return started;
      const asked = (async () => {
        const found = await kept(name, sha256);
        if (found) return found;
        const begun = await download();
        return begun && (await fetched(name, sha256, begun));
      })().finally(() => running.delete(name));
      running.set(name, asked);
      return asked;
    },
  };
}
