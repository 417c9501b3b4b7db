import type { Content } from "./port.js";

/** What is known of a blob without reading it. */
export interface BlobStat {
  sizeBytes: number;
  time: Date;
}

/** A small blob, read whole in one state. */
export interface SmallBlob {
  bytes: Buffer;
  time: Date;
  /** Tells this state of the blob from later ones, where the store has such a thing. */
  tag?: string | undefined;
}

/** Content that was taken in; nobody sees it until it is published. */
export interface StagedContent {
  sha256: string;
  sizeBytes: number;
  /**
   * Makes it the blob of a key. Where the key is the content's digest, an equal blob stays, with a new time.
   * @returns whether an equal blob was there
   */
  publish(key: string, options: { byDigest: boolean }): Promise<boolean>;
  discard(): Promise<void>;
}

/**
 * Bytes by key, in files or in a bucket: what the layout of a store is laid on. Keys are "contents/ab/<sha256>",
 * "replaced/<number>" and "names/<path>". Each method leaves a blob whole, or as it was.
 */
export interface Blobs {
  stage(content: Content): Promise<StagedContent>;
  /** Replaces a small blob. */
  write(key: string, bytes: Buffer): Promise<void>;
  /** Gives a blob a new time, unless it is in another state than `was`, or its time is new enough. Whether it is there. */
  renew(key: string, was: SmallBlob): Promise<boolean>;
  small(key: string): Promise<SmallBlob | undefined>;
  stat(key: string): Promise<BlobStat | undefined>;
  /** Undefined if there is none. */
  read(key: string, range?: { start: number; length: number }): Promise<AsyncIterable<Uint8Array> | undefined>;
  /**
   * A local file whose digest is `sha256` or, if that is not known, any; undefined if there is no such blob.
   * @returns the digest that was found, too
   */
  local(key: string, sha256: string | undefined): Promise<{ file: string; sha256: string } | undefined>;
  /** Keys that start with a prefix, in the order of their bytes. */
  keys(prefix: string): AsyncIterable<string>;
  list(prefix: string): AsyncIterable<BlobStat & { key: string }>;
  /** No error if there is none. */
  remove(key: string): Promise<void>;
}

/** What was written or renewed less than this ago is not renewed: sweeps leave much older things alone. */
export const RENEW_MS = 10 * 60_000;

/** Whether a time is so old that renewing it is worth a write. */
export function isStale(time: Date): boolean {
  return Date.now() - time.getTime() > RENEW_MS;
}
