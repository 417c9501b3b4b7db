/** Bytes that arrive in chunks and are taken in lengths of one's own. */
export interface ByteQueue {
  /** The next bytes; fewer only at the end. */
  take(length: number): Promise<Buffer>;
  /** The next bytes, at most `length` and at least one unless the end is reached; never copied. */
  some(length: number): Promise<Buffer>;
  /** Bytes that were taken. */
  readonly offset: number;
  /** Ends the chunks before their end. */
  close(): Promise<void>;
}

/** @param chunks read as they are needed; closed by whoever opened them, or by `close` */
export function byteQueue(chunks: AsyncIterable<Uint8Array>): ByteQueue {
  const iterator = chunks[Symbol.asyncIterator]();
  let ready: Buffer = Buffer.alloc(0);
  let offset = 0;
  const more = async (): Promise<boolean> => {
    const next = await iterator.next();
    if (next.done) return false;
    ready = Buffer.from(next.value.buffer, next.value.byteOffset, next.value.byteLength);
    return true;
  };
  const some = async (length: number): Promise<Buffer> => {
    while (ready.length === 0) if (!(await more())) return ready;
    const taken = ready.subarray(0, length);
    ready = ready.subarray(taken.length);
    offset += taken.length;
    return taken;
  };
  return {
    some,
    async take(length) {
      const parts: Buffer[] = [];
      for (let missing = length; missing > 0; ) {
        const part = await some(missing);
        if (part.length === 0) break;
        parts.push(part);
        missing -= part.length;
      }
      return parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts);
    },
    async close() {
      await iterator.return?.();
    },
    get offset() {
      return offset;
    },
  };
}
