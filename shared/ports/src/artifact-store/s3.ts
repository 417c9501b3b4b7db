import { join } from "node:path";
import { type OnDiskFull, ServiceError } from "@climb/runtime";
import { openContentCache } from "./cache.js";
import type { ArtifactStore } from "./port.js";
import { openS3Blobs } from "./s3-blobs.js";
import { openS3Client, type S3ClientOptions } from "./s3-client.js";
import type { S3Place } from "./s3-errors.js";
import { s3Objects } from "./s3-objects.js";
import { createArtifactStore } from "./store.js";

export interface S3ArtifactsOptions extends S3ClientOptions {
  /** "s3://bucket/prefix"; the prefix may be missing. */
  url: string;
  /** A local folder for copies, and for streamed content before it is uploaded. Processes of one machine may share it. */
  cacheDir: string;
  /** What the copies may take; twice as much if all of it is in use. */
  cacheBytes: number;
  onDiskFull?: OnDiskFull | undefined;
}

/**
 * Artifacts in a bucket of S3, or of a store that speaks it, with credentials from the usual AWS_… variables, files and
 * roles. Uploads that processes leave unfinished are removed by the bucket's rule AbortIncompleteMultipartUpload.
 * @throws ServiceError invalid FIELD_INVALID if the bucket cannot be used, unavailable PEER_UNREACHABLE
 */
export async function openS3Artifacts(options: S3ArtifactsOptions): Promise<ArtifactStore> {
  const { url, cacheDir, cacheBytes, onDiskFull } = options;
  const { bucket, prefix } = partsOf(url);
  const { client, address } = await openS3Client(options);
  const place: S3Place = { bucket, url, address };
  const objects = s3Objects(client, place, prefix);
  // A bucket that cannot be used is noticed at the start, and not by the first job.
  for await (const _ of objects.list("names/")) break;
  const cache = openContentCache({ folder: cacheDir, maxBytes: cacheBytes, onDiskFull });
  return createArtifactStore(openS3Blobs({ objects, cache, spool: join(cacheDir, "uploads"), onDiskFull }));
}

function partsOf(url: string): { bucket: string; prefix: string } {
  const [, bucket, path = ""] = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/(.*))?$/s.exec(url) ?? [];
  const segments = path.split("/").filter((segment) => segment !== "");
  const tidy = segments.every((segment) => segment !== "." && segment !== ".." && !/\p{Cc}/u.test(segment));
  if (bucket && tidy && Buffer.byteLength(path) <= 100) {
    return { bucket, prefix: segments.map((segment) => `${segment}/`).join("") };
  }
  const expected = "s3://<bucket>/<prefix> with a prefix of at most 100 bytes";
  const metadata = { field: "url", found: url, expected };
  throw new ServiceError(
    "invalid",
    "FIELD_INVALID",
    `"${url}" is not the address of a bucket: expected ${expected}`,
    metadata,
  );
}
