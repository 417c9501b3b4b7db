import type { S3Client } from "@aws-sdk/client-s3";
import type { BlobStat, SmallBlob } from "./blobs.js";
import { faultOf, isNoObject, type S3Place, s3Error } from "./s3-errors.js";

// The SDK takes a third of a second to load: only who names a bucket waits for it.
const sdk = () => import("@aws-sdk/client-s3");

/** Below this size a copy within the store is one request. */
const COPY_BYTES = 5 * 1024 ** 3;

export type Condition = { IfNoneMatch: "*" } | { IfMatch: string } | Record<string, never>;

/** The calls of S3 that a store needs, with its errors. Keys are relative to the store's prefix. */
export interface S3Objects {
  client: S3Client;
  where(key: string): { Bucket: string; Key: string };
  head(key: string): Promise<BlobStat | undefined>;
  small(key: string): Promise<SmallBlob | undefined>;
  /** @returns false if the condition was not met */
  put(key: string, bytes: Uint8Array, condition: Condition): Promise<boolean>;
  /** Gives an object the time of now. @returns whether that could be done */
  touch(key: string, sizeBytes: number): Promise<boolean>;
  remove(key: string): Promise<void>;
  list(prefix: string): AsyncIterable<BlobStat & { key: string }>;
  /** The error that an error of the SDK ends as. */
  error(error: unknown, doing: string): unknown;
}

/** @param prefix "" or ends with a slash */
export function s3Objects(client: S3Client, place: S3Place, prefix: string): S3Objects {
  const where = (key: string) => ({ Bucket: place.bucket, Key: prefix + key });
  const failed = (error: unknown, doing: string) => s3Error(error, place, doing);
  const ifThere = (error: unknown, doing: string) => {
    if (!isNoObject(error)) throw failed(error, doing);
    return undefined;
  };
  // Stores that do not know conditions say so, and are not asked again.
  let conditions = true;
  return {
    client,
    where,
    error: failed,
    async head(key) {
      const { HeadObjectCommand } = await sdk();
      const answer = await client
        .send(new HeadObjectCommand(where(key)))
        .catch((error) => ifThere(error, "HeadObject"));
      return answer && { sizeBytes: answer.ContentLength ?? 0, time: answer.LastModified ?? new Date() };
    },
    async small(key) {
      const { GetObjectCommand } = await sdk();
      for (let tries = 1; ; tries++) {
        const answer = await client
          .send(new GetObjectCommand(where(key)))
          .catch((error) => ifThere(error, "GetObject"));
        if (!answer) return undefined;
        try {
          const bytes = Buffer.from((await answer.Body?.transformToByteArray()) ?? []);
          return { bytes, time: answer.LastModified ?? new Date(), tag: answer.ETag };
        } catch (error) {
          // The SDK tries requests again, but not bodies that break off.
          if (tries === 5) throw failed(error, "GetObject");
        }
      }
    },
    async put(key, bytes, condition) {
      const { PutObjectCommand } = await sdk();
      for (;;) {
        const conditional = conditions ? condition : {};
        try {
          await client.send(new PutObjectCommand({ ...where(key), Body: bytes, ...conditional }));
          return true;
        } catch (error) {
          const { name, status } = faultOf(error);
          if (status === 412 || status === 409) return false;
          if ("IfMatch" in condition && isNoObject(error)) return false;
          if (!conditions || !(status === 501 || name === "NotImplemented")) throw failed(error, "PutObject");
          conditions = false;
        }
      }
    },
    async touch(key, sizeBytes) {
      if (sizeBytes > COPY_BYTES) return false;
      const { CopyObjectCommand } = await sdk();
      const { Bucket, Key } = where(key);
      const CopySource = `${Bucket}/${Key.split("/").map(encodeURIComponent).join("/")}`;
      // A copy onto itself is allowed where something changes.
      const changed = { MetadataDirective: "REPLACE" as const, Metadata: { renewed: new Date().toISOString() } };
      const copied = await client
        .send(new CopyObjectCommand({ Bucket, Key, CopySource, ...changed }))
        .catch((error) => ifThere(error, "CopyObject"));
      return copied !== undefined;
    },
    async remove(key) {
      const { DeleteObjectCommand } = await sdk();
      await client.send(new DeleteObjectCommand(where(key))).catch((error) => ifThere(error, "DeleteObject"));
    },
    async *list(begin) {
      const { paginateListObjectsV2 } = await sdk();
      const pages = paginateListObjectsV2({ client }, { Bucket: place.bucket, Prefix: prefix + begin });
      try {
        for await (const { Contents = [] } of pages) {
          for (const { Key = "", Size = 0, LastModified = new Date() } of Contents) {
            yield { key: Key.slice(prefix.length), sizeBytes: Size, time: LastModified };
          }
        }
      } catch (error) {
        throw failed(error, "ListObjectsV2");
      }
    },
  };
}
