import { setMaxListeners } from "node:events";
import type { Logger } from "pino";

/** What a process has opened, closed in reverse when it ends. */
export interface Lifecycle {
  /** Says how something closes, on the line after it was opened. What is opened after the end is closed at once. */
  onClose(name: string, close: () => Promise<void> | void): void;
  /** Aborts `signal`, then closes everything newest first. A second call waits for the first. */
  close(): Promise<void>;
  /** Fires when closing begins. */
  readonly signal: AbortSignal;
}

/** A lifecycle whose members each get `closeTimeoutMs`; one that fails or hangs does not keep the others open. */
export function createLifecycle(options: { logger?: Logger; closeTimeoutMs?: number } = {}): Lifecycle {
  const { logger, closeTimeoutMs = 10_000 } = options;
  const members: { name: string; close: () => Promise<void> | void }[] = [];
  const ending = new AbortController();
  // Every job, call and wait of the process listens to it; none of them leaks.
  setMaxListeners(0, ending.signal);
  let closing: Promise<void> | undefined;
  let closed = false;

  const closeAll = async () => {
    ending.abort();
    for (let member = members.pop(); member; member = members.pop()) {
      let timer: NodeJS.Timeout | undefined;
      try {
        const late = new Promise<never>((_, reject) => {
          timer = setTimeout(() => reject(new Error(`did not close within ${closeTimeoutMs} ms`)), closeTimeoutMs);
        });
        await Promise.race([member.close(), late]);
      } catch (error) {
        logger?.error({ err: error, member: member.name }, "could not be closed");
      } finally {
        clearTimeout(timer);
      }
    }
    closed = true;
  };
  return {
    onClose(name, close) {
      members.push({ name, close });
      if (closed) closing = closeAll();
    },
    close: () => (closing ??= closeAll()),
    signal: ending.signal,
  };
}
