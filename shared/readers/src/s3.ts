import { Readable } from "node:stream";
import type { S3Client } from "@aws-sdk/client-s3";
import { ServiceError } from "@climb/runtime/worker";
import { globMatcher, isGlob, MAGIC } from "./glob.js";
import type { InputFile } from "./input-file.js";

/** Objects are read in pieces of this size, each asked for again by itself if the connection breaks. */
const PIECE_BYTES = 8 * 1024 * 1024;

/** Whether a path is an address in an object store. */
export function isS3(path: string): boolean {
  return path.startsWith("s3://");
}

/**
 * The objects behind an address: one object, all objects below a prefix, or those that a glob matches; by key.
 * @throws ServiceError invalid PATH_UNREADABLE, INPUT_EMPTY
 */
export async function listS3(path: string): Promise<InputFile[]> {
  const { bucket, key } = partsOf(path);
  const literal = await objectsBelow(path, bucket, key);
  const files = literal.length > 0 || !isGlob(key) ? literal : await objectsLike(path, bucket, key);
  if (files.length > 0) return files.sort((a, b) => (a.name < b.name ? -1 : 1));
  throw new ServiceError("invalid", "INPUT_EMPTY", `${path}: there is no such object, and none below it`, { path });
}

/** The object of a key as it is written, or else those below it. */
async function objectsBelow(path: string, bucket: string, key: string): Promise<InputFile[]> {
  const folder = key === "" || key.endsWith("/") ? key : `${key}/`;
  const below: InputFile[] = [];
  for await (const { key: found, ...object } of objectsOf(bucket, key, path)) {
    const name = key.slice(key.lastIndexOf("/") + 1);
    if (found === key && name !== "") return [{ path: `s3://${bucket}/${key}`, name, ...object, named: true }];
    if (found.endsWith("/") || !found.startsWith(folder)) continue;
    // Names are relative to the last folder that the user named.
    below.push({ path: `s3://${bucket}/${found}`, name: found.slice(folder.length), ...object, named: false });
  }
  return below;
}

async function objectsLike(path: string, bucket: string, pattern: string): Promise<InputFile[]> {
  const names = pattern.split("/");
  const folder = names
    .slice(0, names.findIndex(isGlob))
    .map((name) => `${name}/`)
    .join("");
  const matches = globMatcher(pattern.slice(folder.length));
  const like: InputFile[] = [];
  const prefix = pattern.slice(0, pattern.search(MAGIC));
  for await (const { key, ...object } of objectsOf(bucket, prefix, path)) {
    const name = key.slice(folder.length);
    if (!key.endsWith("/") && matches(name))
      like.push({ path: `s3://${bucket}/${key}`, name, ...object, named: false });
  }
  return like;
}

/** Bytes of an object; fewer if it ends before. */
export async function s3Range(path: string, start: number, length: number): Promise<Buffer> {
  const { bucket, key } = partsOf(path);
  const { GetObjectCommand } = await sdk();
  const Range = `bytes=${start}-${start + length - 1}`;
  const answer = await (await client()).send(new GetObjectCommand({ Bucket: bucket, Key: key, Range }));
  return Buffer.from((await answer.Body?.transformToByteArray()) ?? []);
}

/** An object from a byte on; while a piece is used, the next one is on its way. */
export function s3Stream(path: string, from: number): Readable {
  async function* pieces(): AsyncGenerator<Buffer> {
    let next = piece(path, from);
    for (let start = from + PIECE_BYTES; ; start += PIECE_BYTES) {
      const bytes = await next;
      const last = bytes.length < PIECE_BYTES;
      if (!last) {
        next = piece(path, start);
        // Whoever awaits it hears of a failure.
        next.catch(() => {});
      }
      if (bytes.length > 0) yield bytes;
      if (last) return;
    }
  }
  return Readable.from(pieces(), { objectMode: false });
}

const PIECE_TRIES = 3;

async function piece(path: string, start: number): Promise<Buffer> {
  for (let tries = 1; ; tries++) {
    try {
      return await s3Range(path, start, PIECE_BYTES);
    } catch (error) {
      const { name, $metadata } = error as { name?: string; $metadata?: { httpStatusCode?: number } };
      // An object whose size is a multiple of the piece ends where the next would begin.
      if (name === "InvalidRange" || $metadata?.httpStatusCode === 416) return Buffer.alloc(0);
      // The SDK tries requests again, but not bodies that break off.
      if ($metadata?.httpStatusCode !== undefined || tries === PIECE_TRIES) throw error;
    }
  }
}

async function* objectsOf(bucket: string, prefix: string, path: string) {
  const { ListObjectsV2Command } = await sdk();
  let token: string | undefined;
  do {
    const request = new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, ContinuationToken: token });
    const page = await (await client()).send(request).catch((error: Error) => {
      const message = `${path} cannot be listed: ${error.name}: ${error.message || "no answer"}`;
      throw new ServiceError("invalid", "PATH_UNREADABLE", message, { path }, { cause: error });
    });
    for (const { Key, Size, LastModified } of page.Contents ?? []) {
      yield { key: Key ?? "", sizeBytes: Size ?? 0, modifiedMs: LastModified?.getTime() ?? 0 };
    }
    token = page.NextContinuationToken;
  } while (token);
}

function partsOf(path: string): { bucket: string; key: string } {
  const [, bucket = "", key = ""] = /^s3:\/\/([^/]+)\/?(.*)$/s.exec(path) ?? [];
  return { bucket, key };
}

// The SDK takes a third of a second to load: only who names an address waits for it.
const sdk = () => import("@aws-sdk/client-s3");
let opened: Promise<S3Client> | undefined;

/**
 * Configured by the usual AWS_… variables, files and roles: AWS_REGION must be set; AWS_ENDPOINT_URL names another store
 * of the kind, such as MinIO. Addresses have the bucket in their path, which every such store understands.
 */
function client(): Promise<S3Client> {
  opened ??= sdk().then(({ S3Client }) => new S3Client({ forcePathStyle: true }));
  return opened;
}
