import { setTimeout } from "node:timers/promises";
import { inOrder } from "../in-order.js";
import { faultOf, isNoObject } from "./s3-errors.js";
import type { S3Objects } from "./s3-objects.js";

/** Objects are read in pieces of this size, each asked for again by itself if the connection breaks. */
export const PIECE_BYTES = 8 * 1024 * 1024;
const PIECES_AT_ONCE = 4;
const PIECE_TRIES = 6;
const PAUSE_MS = 50;

/** An object, or a range of it; the pieces after the first come side by side. Undefined if there is none. */
export async function readObject(objects: S3Objects, key: string, range?: { start: number; length: number }) {
  const start = range?.start ?? 0;
  const asked = Math.min(range?.length ?? Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER - start);
  const first = await piece(objects, key, start, Math.min(asked, PIECE_BYTES));
  if (!first) return undefined;
  const end = Math.min(start + asked, first.totalBytes);
  const starts: number[] = [];
  for (let at = start + first.bytes.length; at < end; at += PIECE_BYTES) starts.push(at);
  const bytes = async function* () {
    if (first.bytes.length > 0) yield first.bytes;
    const read = async (at: number) => {
      const length = Math.min(PIECE_BYTES, end - at);
      const found = await piece(objects, key, at, length);
      if (found?.bytes.length === length) return found.bytes;
      const lost = Object.assign(new Error(`${key} ended at ${at}, expected ${first.totalBytes} bytes`), {
        name: "Torn",
      });
      throw objects.error(lost, "GetObject");
    };
    yield* inOrder(starts, PIECES_AT_ONCE, read);
  };
  return { sizeBytes: Math.max(0, end - start), bytes: bytes() };
}

async function piece(objects: S3Objects, key: string, start: number, length: number) {
  const { GetObjectCommand } = await import("@aws-sdk/client-s3");
  const Range = `bytes=${start}-${start + length - 1}`;
  for (let tries = 1; ; tries++) {
    let answered = false;
    try {
      const answer = await objects.client.send(new GetObjectCommand({ ...objects.where(key), Range }));
      answered = true;
      const bytes = Buffer.from((await answer.Body?.transformToByteArray()) ?? []);
      const [, total] = /\/(\d+)$/.exec(answer.ContentRange ?? "") ?? [];
      if (total) return { bytes, totalBytes: Number(total) };
      // A store that takes no notice of ranges gives all there is.
      return { bytes: bytes.subarray(start, start + length), totalBytes: bytes.length };
    } catch (error) {
      if (isNoObject(error)) return undefined;
      const { name, status } = faultOf(error);
      // Nothing is there from the start on: all of it was read, or it is empty.
      if (name === "InvalidRange" || status === 416) return { bytes: Buffer.alloc(0), totalBytes: start };
      // The SDK tries requests again, but not bodies that break off.
      if (!answered || tries === PIECE_TRIES) throw objects.error(error, "GetObject");
      await setTimeout(PAUSE_MS * 2 ** tries * (0.5 + Math.random() / 2));
    }
  }
}
