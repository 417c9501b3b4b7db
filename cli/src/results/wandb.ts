import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import type { TrackedRun } from "./tracked-runs.js";

/** Where the files of a run go, which W&B uploads with it. */
export function filesOf(folder: string, run: TrackedRun): string {
  return join(folder, folderName(run), "files");
}

/**
 * Writes each run as a folder of W&B's offline mode, for `wandb sync`: run-<id>.wandb holds the records of a run that has
 * ended, in the framing of LevelDB's log.
 */
export function writeWandb(folder: string, search: { id: string; name: string }, runs: readonly TrackedRun[]): void {
  for (const run of runs) {
    mkdirSync(filesOf(folder, run), { recursive: true });
    writeFileSync(join(folder, folderName(run), `run-${run.id}.wandb`), framed(recordsOf(search, run)));
  }
}

function folderName({ id, startMs }: TrackedRun): string {
  const time = new Date(startMs).toISOString().replace(/[-:]/g, "").replace("T", "_").slice(0, 15);
  return `offline-run-${time}-${id}`;
}

/** Fields of W&B's Record (wandb_internal.proto) by number. */
const RECORD = { number: 1, history: 2, summary: 3, config: 4, run: 17, exit: 18 };

function recordsOf(search: { id: string; name: string }, run: TrackedRun): Uint8Array[] {
  const values = Object.entries(run.metrics).filter(([, value]) => Number.isFinite(value));
  const items = (of: readonly (readonly [string, unknown])[], field: number) =>
    of.flatMap(([key, value]) => message(field, [...text(1, key), ...text(16, JSON.stringify(value))]));
  const started = [...varint(1 << 3), ...varint(Math.floor(run.startMs / 1000))];
  const config = items(Object.entries(run.params), 1);
  const runRecord = [
    ...text(1, run.id),
    ...text(3, "climb"),
    ...message(4, config),
    ...text(6, search.name || search.id),
    ...text(7, run.kind),
    ...text(8, run.name),
    ...(run.note ? text(9, run.note) : []),
    ...text(10, `search-${search.id}`),
    ...message(17, started),
  ];
  const seconds = Math.max(0, Math.round((run.endMs - run.startMs) / 1000));
  const exit = [...integer(1, run.failed ? 1 : 0), ...integer(2, seconds)];
  const bodies: [number, number[]][] = [
    [RECORD.run, runRecord],
    [RECORD.history, [...items(values, 1), ...message(2, integer(1, 0))]],
    [RECORD.summary, items(values, 1)],
    [RECORD.exit, exit],
  ];
  return bodies.map(([field, body], i) => Uint8Array.from([...integer(RECORD.number, i + 1), ...message(field, body)]));
}

const [BLOCK_BYTES, HEADER_BYTES] = [32_768, 7];
const [FULL, FIRST, MIDDLE, LAST] = [1, 2, 3, 4];

/** A log of LevelDB's form after W&B's own seven bytes ":W&B", 0xBEE1, version 0. */
function framed(records: readonly Uint8Array[]): Buffer {
  const parts: Buffer[] = [Buffer.from([0x3a, 0x57, 0x26, 0x42, 0xe1, 0xbe, 0])];
  let at = HEADER_BYTES;
  const append = (part: Buffer) => {
    parts.push(part);
    at += part.length;
  };
  for (const record of records) {
    let from = 0;
    do {
      const left = BLOCK_BYTES - (at % BLOCK_BYTES);
      if (left < HEADER_BYTES) {
        append(Buffer.alloc(left));
        continue;
      }
      const data = Buffer.from(record.subarray(from, from + left - HEADER_BYTES));
      const ends = from + data.length === record.length;
      const type = from === 0 ? (ends ? FULL : FIRST) : ends ? LAST : MIDDLE;
      const header = Buffer.alloc(HEADER_BYTES);
      header.writeUInt32LE(crc32(data, crc32(Buffer.from([type]))), 0);
      header.writeUInt16LE(data.length, 4);
      header.writeUInt8(type, 6);
      append(Buffer.concat([header, data]));
      from += data.length;
    } while (from < record.length);
  }
  return Buffer.concat(parts);
}

// Protocol buffers by hand: W&B's messages are not ours, and a handful of fields is all that is written of them.
function varint(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return [...bytes, rest];
    bytes.push((rest % 128) | 128);
  }
}

function integer(field: number, value: number): number[] {
  return [...varint(field << 3), ...varint(value)];
}

function message(field: number, body: readonly number[]): number[] {
  return [...varint((field << 3) | 2), ...varint(body.length), ...body];
}

function text(field: number, value: string): number[] {
  return message(field, [...Buffer.from(value, "utf8")]);
}
