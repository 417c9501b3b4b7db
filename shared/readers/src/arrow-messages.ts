import { type ByteQueue, byteQueue } from "./unpack/byte-queue.js";

/** A message of Arrow's IPC format, whole, as a stream holds it. */
export interface ArrowMessage {
  kind: "schema" | "dictionary" | "records" | "other";
  bytes: Buffer;
}

const FILE_MAGIC = "ARROW1";
const CONTINUES = 0xffffffff;
const MAX_HEAD_BYTES = 256 * 1024 * 1024;
const KINDS = ["other", "schema", "dictionary", "records"] as const;

/** The content is no Arrow, or breaks off. */
export class ArrowDataError extends Error {
  override readonly name = "ArrowDataError";
}

/** Whether content begins as an Arrow file or an Arrow stream does. */
export function isArrow(head: Buffer): boolean {
  if (head.subarray(0, 6).toString("latin1") === FILE_MAGIC) return true;
  if (head.length < 16 || head.readUInt32LE(0) !== CONTINUES) return false;
  const headBytes = head.readUInt32LE(4);
  return headBytes > 0 && headBytes < MAX_HEAD_BYTES && headBytes % 8 === 0;
}

/**
 * The messages of an Arrow IPC file or stream, one after another (Arrow Columnar Format 1.5, "Serialization and IPC"). A
 * file is a stream between two marks, so that both are read from the front.
 * @throws ArrowDataError
 */
export async function* readArrowMessages(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<ArrowMessage> {
  const queue = byteQueue(chunks);
  try {
    yield* messagesOf(queue);
  } finally {
    // A file that is left would stay open, and the next one of xz would wait for it.
    await queue.close();
  }
}

async function* messagesOf(queue: ByteQueue): AsyncGenerator<ArrowMessage> {
  let first = await queue.take(8);
  const isFile = first.subarray(0, 6).toString("latin1") === FILE_MAGIC;
  if (isFile) first = await queue.take(8);
  for (let prefix = first; ; prefix = await queue.take(8)) {
    // A stream may end without a mark where its writer closed it.
    if (prefix.length === 0 && !isFile) return;
    if (prefix.length < 8) throw new ArrowDataError("unexpected end of file");
    if (prefix.readUInt32LE(0) !== CONTINUES) throw new ArrowDataError(`no message begins at byte ${queue.offset - 8}`);
    const headBytes = prefix.readUInt32LE(4);
    if (headBytes === 0) break;
    if (headBytes > MAX_HEAD_BYTES) throw new ArrowDataError(`the head of a message has ${headBytes} bytes`);
    const head = await queue.take(headBytes);
    if (head.length < headBytes) throw new ArrowDataError("unexpected end of file");
    const { kind, bodyBytes } = headOf(head);
    const body = await queue.take(bodyBytes);
    if (body.length < bodyBytes) throw new ArrowDataError("unexpected end of file");
    // A copy of its own: values of eight bytes must begin at such a place in memory.
    yield { kind, bytes: aligned([prefix, head, body]) };
  }
  if (!isFile) return;
  let tail = Buffer.alloc(0);
  for (let more = await queue.some(65536); more.length > 0; more = await queue.some(65536)) {
    tail = Buffer.concat([tail, more]).subarray(-FILE_MAGIC.length);
  }
  if (tail.toString("latin1") !== FILE_MAGIC) throw new ArrowDataError("the file breaks off before its footer");
}

/** Kind and body length of a message: fields 1 and 3 of the table Message in Message.fbs. */
function headOf(head: Buffer): { kind: ArrowMessage["kind"]; bodyBytes: number } {
  try {
    const table = head.readInt32LE(0);
    const vtable = table - head.readInt32LE(table);
    const fieldAt = (index: number) => {
      const entry = 4 + 2 * index;
      const offset = entry < head.readUInt16LE(vtable) ? head.readUInt16LE(vtable + entry) : 0;
      return offset === 0 ? undefined : table + offset;
    };
    const [type, body] = [fieldAt(1), fieldAt(3)];
    const kind = KINDS[type === undefined ? 0 : head.readUInt8(type)] ?? "other";
    const bodyBytes = body === undefined ? 0 : Number(head.readBigInt64LE(body));
    if (!(bodyBytes >= 0 && Number.isSafeInteger(bodyBytes))) throw new RangeError(`a body of ${bodyBytes} bytes`);
    return { kind, bodyBytes };
  } catch (error) {
    throw new ArrowDataError(`the head of a message is damaged: ${(error as Error).message}`, { cause: error });
  }
}

function aligned(parts: Buffer[]): Buffer {
  const bytes = Buffer.from(new ArrayBuffer(parts.reduce((sum, { length }) => sum + length, 0)));
  let at = 0;
  for (const part of parts) at += part.copy(bytes, at);
  return bytes;
}
