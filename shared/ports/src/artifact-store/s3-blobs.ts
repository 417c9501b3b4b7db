import { createReadStream } from "node:fs";
import { rm } from "node:fs/promises";
import { setTimeout } from "node:timers/promises";
import { type OnDiskFull, writeError } from "@climb/runtime";
import { type Blobs, isStale } from "./blobs.js";
import type { ContentCache } from "./cache.js";
import { BLOCK_BYTES, digestOfBytes, writeContent } from "./digests.js";
import type { Content } from "./port.js";
import { faultOf } from "./s3-errors.js";
import type { S3Objects } from "./s3-objects.js";
import { readObject } from "./s3-read.js";
import { temporaryFilesIn } from "./temporary-files.js";

/** Content up to this size is one request, of which several kept in memory do no harm. */
const WHOLE_BYTES = 16 * 1024 * 1024;
/** Content up to this size is sent without asking whether it is there: the condition of the request asks. */
const SENT_UNASKED_BYTES = 64 * 1024;
const PARTS = 9_000;
const PARTS_AT_ONCE = 4;
const PUBLISH_TRIES = 5;

/** Blobs as objects of a bucket; local files are in a cache, and so is streamed content until its digest is known. */
export function openS3Blobs(options: {
  objects: S3Objects;
  cache: ContentCache;
  spool: string;
  onDiskFull?: OnDiskFull | undefined;
}): Blobs {
  const { objects, cache, spool, onDiskFull } = options;
  const temporary = temporaryFilesIn(spool);
  void temporary.removeAbandoned();

  const spooled = async (content: Content) => {
    try {
      const { file, result } = await temporary.write((handle) => writeContent(handle, content));
      return { file, ...result };
    } catch (error) {
      throw writeError(error, spool, onDiskFull);
    }
  };
  /** @returns false if there is such an object already */
  const send = async (key: string, source: Uint8Array | string, sizeBytes: number): Promise<boolean> => {
    if (sizeBytes <= WHOLE_BYTES) {
      const bytes = typeof source === "string" ? await readWhole(source) : source;
      return objects.put(key, bytes, { IfNoneMatch: "*" });
    }
    const { Upload } = await import("@aws-sdk/lib-storage");
    const body = typeof source === "string" ? createReadStream(source, { highWaterMark: BLOCK_BYTES }) : source;
    const upload = new Upload({
      client: objects.client,
      params: { ...objects.where(key), Body: body, ContentLength: sizeBytes },
      partSize: Math.max(WHOLE_BYTES, Math.ceil(sizeBytes / PARTS)),
      queueSize: PARTS_AT_ONCE,
    });
    try {
      await upload.done();
      return true;
    } catch (error) {
      const { name, status } = faultOf(error);
      // An answer that was lost lets the SDK ask again for what is done.
      if (name === "NoSuchUpload" || status === 412 || status === 409) return false;
      throw objects.error(error, "the upload");
    }
  };
  const publish = async (key: string, source: Uint8Array | string, sizeBytes: number, byDigest: boolean) => {
    const asked = byDigest && sizeBytes > SENT_UNASKED_BYTES;
    for (let tries = 1; ; tries++) {
      const there = asked || tries > 1 ? await objects.head(key) : undefined;
      if (there?.sizeBytes === sizeBytes) {
        if (!isStale(there.time) || (await objects.touch(key, sizeBytes))) return true;
        await objects.remove(key);
      } else if (there) await objects.remove(key);
      if (await send(key, source, sizeBytes)) return false;
      // Others are storing the same content, or removing it.
      if (tries === PUBLISH_TRIES) throw objects.error(new Error(`${key} is stored and removed again`), "the upload");
      if (tries > 1) await setTimeout(100 * 2 ** tries * Math.random());
    }
  };

  return {
    async stage(content) {
      const inMemory = content instanceof Uint8Array ? content : undefined;
      const file = inMemory ? undefined : await spooled(content);
      const sha256 = file?.sha256 ?? (await digestOfBytes(inMemory ?? new Uint8Array()));
      const sizeBytes = file?.sizeBytes ?? inMemory?.byteLength ?? 0;
      const source = file?.file ?? inMemory ?? new Uint8Array();
      return {
        sha256,
        sizeBytes,
        publish: (key, { byDigest }) => publish(key, source, sizeBytes, byDigest),
        discard: async () => {
          if (file) await rm(file.file, { force: true });
        },
      };
    },
    write: async (key, bytes) => void (await objects.put(key, bytes, {})),
    async renew(key, { bytes, time, tag }) {
      if (!isStale(time)) return true;
      // What was written meanwhile must not be lost.
      return objects.put(key, bytes, tag ? { IfMatch: tag } : {});
    },
    small: (key) => objects.small(key),
    stat: (key) => objects.head(key),
    read: async (key, range) => (await readObject(objects, key, range))?.bytes,
    local(key, sha256) {
      const name = sha256 ?? key.slice(key.lastIndexOf("/") + 1);
      return cache.file(name, sha256, () => readObject(objects, key));
    },
    async *keys(prefix) {
      for await (const { key } of objects.list(prefix)) yield key;
    },
    list: (prefix) => objects.list(prefix),
    remove: (key) => objects.remove(key),
  };
}

async function readWhole(file: string): Promise<Buffer> {
  const blocks: Buffer[] = [];
  for await (const block of createReadStream(file, { highWaterMark: BLOCK_BYTES })) blocks.push(block as Buffer);
  return Buffer.concat(blocks);
}
