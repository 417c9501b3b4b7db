import { open, rename, rm, rmdir, stat, unlink, utimes } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { type OnDiskFull, ServiceError, systemCode } from "@climb/runtime";
import { inOrder } from "../in-order.js";
import { type Blobs, isStale } from "./blobs.js";
import { BLOCK_BYTES, createFileDigests, digestOfBytes, writeContent } from "./digests.js";
import { makeFolder, syncFolder } from "./durable-file.js";
import { fileError, isNoFile, nameInTheWay } from "./file-errors.js";
import { keysUnder } from "./file-keys.js";
import type { Content } from "./port.js";
import { temporaryFilesIn } from "./temporary-files.js";

const STAT_AT_ONCE = 16;
/** Content in memory up to this size is hashed before it is written, so that what is there already is not written. */
const SMALL_BYTES = 4 * 1024 * 1024;
/** How often folders are made again that others remove because they are empty. */
const FOLDER_TRIES = 20;

/** Blobs as files. Nothing is kept in memory that another process on the same volume would have to know. */
export function openFileBlobs(root: string, onDiskFull?: OnDiskFull): Blobs {
  const fileOf = (key: string) => join(root, key);
  const digests = createFileDigests();
  const temporary = temporaryFilesIn(join(root, "tmp"));
  void temporary.removeAbandoned();

  const guarded = async <T>(key: string, work: (file: string) => Promise<T>): Promise<T> => {
    const file = fileOf(key);
    try {
      return await work(file);
    } catch (error) {
      throw error instanceof ServiceError ? error : fileError(error, root, file, onDiskFull);
    }
  };
  const guardedIfThere = <T>(key: string, work: (file: string) => Promise<T>) =>
    guarded(key, (file) => work(file).catch((error) => (isNoFile(error) ? undefined : Promise.reject(error))));

  const writeTemporary = async (content: Content) => {
    const { file, result } = await temporary.write(async (handle) => {
      const written = await writeContent(handle, content);
      await handle.sync();
      return written;
    });
    return { ...result, file };
  };
  /** Under its name a file is whole: it was synced before, and its folder is now. */
  const moveTo = async (temporaryFile: string, key: string) => {
    const file = fileOf(key);
    for (let tries = 1; ; tries++) {
      try {
        await makeFolder(dirname(file));
        await rename(temporaryFile, file);
        return await syncFolder(dirname(file));
      } catch (error) {
        const code = systemCode(error) ?? "";
        // A folder that is empty was left by a process that died while it removed the last name in it.
        if (code === "EISDIR" && (await isRemoved(file))) continue;
        if (["ENOTDIR", "EEXIST", "EISDIR"].includes(code)) throw nameInTheWay(key.slice(key.indexOf("/") + 1));
        // Somebody has just removed the last name in the folder, and the folder with it.
        if (code !== "ENOENT" || tries === FOLDER_TRIES) throw error;
        if (!(await stat(temporaryFile).catch(() => undefined))) return;
      }
    }
  };
  /** Whether a file is there and sound; then it counts as stored now. */
  const isKept = async (file: string, sha256: string, sizeBytes: number) => {
    try {
      const { size, mtime } = await stat(file);
      if (size !== sizeBytes || (await digests.of(file)) !== sha256) return false;
      if (isStale(mtime)) {
        await utimes(file, new Date(), new Date());
        await digests.learn(file, sha256);
      }
      return true;
    } catch (error) {
      if (isNoFile(error)) return false;
      throw error;
    }
  };

  return {
    async stage(content) {
      const inMemory = content instanceof Uint8Array && content.byteLength <= SMALL_BYTES ? content : undefined;
      let written: { file: string } | undefined;
      const write = () => guarded("tmp", () => writeTemporary(content));
      let known: { sha256: string; sizeBytes: number };
      if (inMemory) known = { sha256: await digestOfBytes(inMemory), sizeBytes: inMemory.byteLength };
      else {
        const { file, ...found } = await write();
        written = { file };
        known = found;
      }
      return {
        ...known,
        publish: (key, { byDigest }) =>
          guarded(key, async (file) => {
            if (byDigest && (await isKept(file, known.sha256, known.sizeBytes))) return true;
            written ??= await write();
            await moveTo(written.file, key);
            written = undefined;
            return false;
          }),
        discard: async () => {
          if (written) await rm(written.file, { force: true });
        },
      };
    },
    async write(key, bytes) {
      await guarded(key, async () => {
        const { file } = await writeTemporary(bytes);
        try {
          await moveTo(file, key);
        } finally {
          await rm(file, { force: true });
        }
      });
    },
    async renew(key, { time }) {
      if (!isStale(time)) return true;
      // The time of whatever the name stands for by now: a newer state is only the better for it.
      const renewed = await guardedIfThere(key, async (file) => {
        await utimes(file, new Date(), new Date());
        return true;
      });
      return renewed ?? false;
    },
    small: (key) =>
      guardedIfThere(key, async (file) => {
        const handle = await open(file);
        try {
          const [bytes, { mtime }] = [await handle.readFile(), await handle.stat()];
          return { bytes, time: mtime };
        } finally {
          await handle.close();
        }
      }),
    stat: (key) =>
      guardedIfThere(key, async (file) => {
        const found = await stat(file);
        return found.isFile() ? { sizeBytes: found.size, time: found.mtime } : undefined;
      }),
    read: (key, range) =>
      guardedIfThere(key, async (file) => {
        const handle = await open(file);
        return readFrom(handle, range, (error) => fileError(error, root, file));
      }),
    local: (key) => guardedIfThere(key, async (file) => ({ file, sha256: await digests.of(file) })),
    keys: (prefix) => keysUnder(root, prefix),
    async *list(prefix) {
      const read = async (key: string) => ({ key, stat: await this.stat(key) });
      for await (const { key, stat } of inOrder(keysUnder(root, prefix), STAT_AT_ONCE, read)) {
        if (stat) yield { key, ...stat };
      }
    },
    async remove(key) {
      await guardedIfThere(key, unlink);
      if (key.startsWith("names/")) await removeEmptyFolders(join(root, "names"), dirname(fileOf(key)));
    },
  };
}

async function* readFrom(
  handle: Awaited<ReturnType<typeof open>>,
  range: { start: number; length: number } | undefined,
  translate: (error: unknown) => unknown,
): AsyncGenerator<Uint8Array> {
  const part = range && { start: range.start, end: Math.min(range.start + range.length, Number.MAX_SAFE_INTEGER) - 1 };
  try {
    // The handle is closed with the stream, also by who does not read to the end.
    const stream = handle.createReadStream({ ...part, highWaterMark: BLOCK_BYTES });
    for await (const block of stream) yield block as Uint8Array;
  } catch (error) {
    throw translate(error);
  } finally {
    await handle.close().catch(() => {});
  }
}

/** Removes folders from the innermost on, as far as they are empty. */
async function removeEmptyFolders(top: string, folder: string): Promise<void> {
  let at = folder;
  while (relative(top, at) !== "" && (await isRemoved(at))) at = dirname(at);
}

/** Removes a folder if it is empty. */
async function isRemoved(folder: string): Promise<boolean> {
  return rmdir(folder).then(
    () => true,
    () => false,
  );
}
