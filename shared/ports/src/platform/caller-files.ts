import { createHash } from "node:crypto";
import { access } from "node:fs/promises";
import { ServiceError, whyUnreadable } from "@climb/runtime";
import type { ArtifactStore } from "../artifact-store/port.js";
import { openS3Client } from "../artifact-store/s3-client.js";
import { expectBelow, expectBucket, type Places, unreadable } from "./places.js";

/** Files that callers of a service on this very machine named. */
export function localCallerFile(artifacts: ArtifactStore) {
  return async (path: string): Promise<string> => {
    if (path.startsWith("climb://")) return artifacts.localPath({ uri: uploadOf(path) });
    await access(path).catch((error) => {
      throw unreadable(path, whyUnreadable(error));
    });
    return path;
  };
}

/** Files that callers on this machine or elsewhere named, as far as they lie where callers may name files. */
export function confinedCallerFile(artifacts: ArtifactStore, { roots, buckets }: Places) {
  const [here, elsewhere] = [localCallerFile(artifacts), remoteCallerFile(artifacts, buckets)];
  return async (path: string): Promise<string> => {
    if (path.includes("://")) return elsewhere(path);
    await expectBelow(path, roots);
    return here(path);
  };
}

/**
 * Files that callers elsewhere named: what they uploaded, or an object.
 * @param buckets that objects may lie in; see {@link expectBucket}
 */
export function remoteCallerFile(artifacts: ArtifactStore, buckets: readonly string[] | undefined) {
  return async (path: string): Promise<string> => {
    if (path.startsWith("climb://")) return artifacts.localPath({ uri: uploadOf(path) });
    const [, Bucket, Key] = /^s3:\/\/([^/]+)\/(.+)$/.exec(path) ?? [];
    if (Bucket) expectBucket(path, buckets);
    if (Bucket && Key) return artifacts.localPath(await takeObject(artifacts, { Bucket, Key }, path));
    throw unreadable(path, "is a path on the caller's machine: upload the file with Upload and name its climb:// URI");
  };
}

/** An upload's URI may be followed by the name that its file has at the caller's. */
function uploadOf(path: string): string {
  return /^climb:\/\/[a-z0-9]+\/[0-9a-f]+(?=\/[^/]+$)/.exec(path)?.[0] ?? path;
}

/** Takes an object of a bucket into the store, once for each of its states. */
async function takeObject(artifacts: ArtifactStore, object: { Bucket: string; Key: string }, path: string) {
  const { GetObjectCommand, HeadObjectCommand } = await import("@aws-sdk/client-s3");
  const { client } = await openS3Client();
  try {
    const { ETag = "" } = await client.send(new HeadObjectCommand(object));
    const name = `uploads/s3/${createHash("sha256").update(`${path}\0${ETag}`).digest("hex")}`;
    const known = await artifacts.keep(name);
    if (known) return known;
    const { Body } = await client.send(new GetObjectCommand({ ...object, ...(ETag && { IfMatch: ETag }) }));
    return await artifacts.put(name, Body as unknown as AsyncIterable<Uint8Array>);
  } catch (error) {
    if (error instanceof ServiceError) throw error;
    throw unreadable(path, `cannot be read: ${(error as Error).name}: ${(error as Error).message}`);
  } finally {
    client.destroy();
  }
}
